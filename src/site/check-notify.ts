import type { z } from 'zod'
import type { Complaint } from './complaint.ts'
import type { Notify } from './notify.ts'
import { alternatives, quote } from './problem.ts'
import { isMapping, type RawEntry, rawEntries, rawField, rawText, rawTexts } from './raw-site.ts'
import { type Checked, checkSchema } from './schema-complaints.ts'
import type { Suggest } from './suggest.ts'

/** What a kind of channel tells of itself. */
export interface ChannelKind {
  /** Of the channel's `options`. */
  readonly options: z.ZodType
  /** Whether lines of the journal can be sent through it. */
  readonly takesJournal: boolean
}

export type ChannelKinds = ReadonlyMap<string, ChannelKind>

interface CheckedChannels {
  /** What the channel's schema returned, by its index. */
  readonly options: ReadonlyMap<number, unknown>
  readonly complaints: readonly Complaint[]
}

/** Checks every channel's `via` and its options, and that the journal can go where it is to go. `value` is the file's content, right or not. */
export function checkNotify(value: unknown, kinds: ChannelKinds, suggest: Suggest): CheckedChannels {
  const notify = rawField(value, 'notify')
  const channels = rawEntries(notify, 'channels', ['notify'])
  const options = new Map<number, unknown>()
  const complaints: Complaint[] = []
  for (const channel of channels) {
    const checked = checkChannel(channel, kinds, suggest)
    if (checked.success) options.set(Number(channel.path[2]), checked.value)
    else complaints.push(...checked.complaints)
  }
  const able = [...kinds].flatMap(([kind, { takesJournal }]) => (takesJournal ? [kind] : []))
  for (const { path, text } of rawTexts(notify, 'journal', ['notify'])) {
    const via = rawText(channels.find(({ id }) => id === text)?.fields, 'via')
    if (via === null || kinds.get(via)?.takesJournal !== false) continue
    const message = `the journal cannot go through ${quote(text)}, whose kind is ${via}`
    complaints.push({ path, of: 'value', message, allowed: `a channel of the kind ${alternatives(able)}` })
  }
  return { options, complaints }
}

function checkChannel(channel: RawEntry, kinds: ChannelKinds, suggest: Suggest): Checked<unknown> {
  const nothing = { success: false, complaints: [] } as const
  const via = rawText(channel.fields, 'via')
  if (via === null) return nothing
  const kind = kinds.get(via)
  if (kind === undefined) {
    const near = suggest(via, kinds.keys())
    const allowed = near === null ? alternatives([...kinds.keys()]) : `did you mean ${quote(near)}?`
    const message = `there is no kind of channel ${quote(via)}`
    return { success: false, complaints: [{ path: [...channel.path, 'via'], of: 'value', message, allowed }] }
  }
  const given = Object.hasOwn(channel.fields, 'options') ? channel.fields.options : {}
  // The schema of the site complains about options that are no mapping.
  return isMapping(given) ? checkSchema(kind.options, given, [...channel.path, 'options'], suggest) : nothing
}

/** With the options as the channels' schemas returned them. */
export function withOptions(notify: Notify, options: ReadonlyMap<number, unknown>): Notify {
  return { ...notify, channels: notify.channels.map((one, index) => ({ ...one, options: options.get(index) })) }
}

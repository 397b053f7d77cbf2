import { encodeBytes } from '../tree/byte-string.ts'
import { goMode } from '../tree/file-mode.ts'
import { goQuote, goString } from '../tree/go-json.ts'
import { formatTime } from '../tree/go-time.ts'
import { attributesText, type ExtendedAttribute } from './extended-attributes.ts'
import type { FileStat, Moment } from './file-stat.ts'
import type { UserNames } from './user-names.ts'

export interface NodeExtras {
  /** Stores the access time; by default the modification time takes its place. */
  readonly withAtime?: boolean
  readonly linktarget?: string
  readonly attributes?: readonly ExtendedAttribute[]
}

/**
 * The JSON of a node as restic writes it, from `{"name":` up to, and without, `,"content":`; null for an unknown kind of
 * file. So a file that did not change is found in the text of the parent's tree without parsing it.
 */
export function nodeText(name: string, stat: FileStat, names: UserNames, extras: NodeExtras): string | null {
  const { type, uid, gid } = stat
  if (type === null) return null
  const modified = momentText(stat.modified)
  const mode = goMode(type, stat.permissions)
  let text = `{"name":${goString(goQuote(name))},"type":"${type}"`
  if (mode !== 0) text += `,"mode":${mode}`
  // Like restic, which keeps no access times unless asked to: each would make a new tree.
  const accessed = extras.withAtime ? momentText(stat.accessed) : modified
  text += `,"mtime":"${modified}","atime":"${accessed}","ctime":"${momentText(stat.changed)}","uid":${uid},"gid":${gid}`
  const [user, group] = [names.users.get(uid), names.groups.get(gid)]
  if (user) text += `,"user":${goString(user)}`
  if (group) text += `,"group":${goString(group)}`
  if (stat.inode !== 0) text += `,"inode":${stat.inode}`
  if (stat.device !== 0) text += `,"device_id":${stat.device}`
  if (type === 'file' && stat.size !== 0) text += `,"size":${stat.size}`
  if (hasLinks(type) && stat.links !== 0) text += `,"links":${stat.links}`
  return `${text}${extrasText(extras)}${deviceText(stat)}`
}

/** restic counts the links of these only. */
export function hasLinks(type: FileStat['type']): boolean {
  return type === 'file' || type === 'symlink' || type === 'dev' || type === 'chardev'
}

function extrasText({ linktarget = '', attributes = [] }: NodeExtras): string {
  let text = ''
  if (linktarget !== '') text += `,"linktarget":${goString(linktarget)}`
  if (!linktarget.isWellFormed()) text += `,"linktarget_raw":"${encodeBytes(linktarget).toString('base64')}"`
  if (attributes.length > 0) text += `,"extended_attributes":${attributesText(attributes)}`
  return text
}

function deviceText({ type, specialDevice }: FileStat): string {
  return (type === 'dev' || type === 'chardev') && specialDevice !== 0 ? `,"device":${specialDevice}` : ''
}

/** Texts of whole seconds: many files have the same. */
const secondTexts = new Map<number, string>()
const mostSecondTexts = 4096
/** The length of `2026-11-24T03:47:29`; the zone follows. */
const secondLength = 19

export function momentText({ seconds, nanoseconds }: Moment): string {
  let text = secondTexts.get(seconds)
  if (text === undefined) {
    text = formatTime(BigInt(seconds) * 1_000_000_000n)
    if (secondTexts.size >= mostSecondTexts) secondTexts.clear()
    secondTexts.set(seconds, text)
  }
  if (nanoseconds === 0) return text
  let digits = String(nanoseconds).padStart(9, '0')
  while (digits.endsWith('0')) digits = digits.slice(0, -1)
  return `${text.slice(0, secondLength)}.${digits}${text.slice(secondLength)}`
}

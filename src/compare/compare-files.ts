import { compareBytes } from './compare-bytes.ts'
import { type ComparedLine, compareText } from './compare-text.ts'
import type { BinaryDifference, Change, Side } from './comparison.ts'
import { headingFinder } from './heading.ts'
import { layoutFreeLines, sameButLayout } from './layout.ts'
import { type FileHint, normalisableBytes, normalise, unpackProgram, volatileSpans } from './normalise.ts'
import { headBytes, type OpenText, openText, readableText } from './open-text.ts'
import { outlineFacts } from './outline.ts'
import { lineRedactor, redact } from './redact.ts'
import type { VolatileSpan } from './volatile-span.ts'

/** Texts larger than this are not compared line by line: that takes some sixty times their size in memory. */
const lineByLineBytes = 12 * 1024 * 1024

interface FileOptions {
  readonly format: string | null
  readonly context: number
}

/** The difference of two files of different identity, of one path. */
export async function compareFiles(from: Side, to: Side, options: FileOptions, signal: AbortSignal): Promise<Change> {
  const path = to.path
  if (Math.max(from.bytes, to.bytes) > normalisableBytes)
    return binaryChange(path, await compareBytes(from, to, signal), `larger than ${sized(normalisableBytes)}, `)
  const hint = { path, format: options.format }
  const before = await collectText(from, hint, signal)
  const after = before === null ? null : await collectText(to, hint, signal)
  if (before === null || after === null) return binaryChange(path, await compareBytes(from, to, signal), '')
  if (Buffer.compare(normalise(hint, before), normalise(hint, after)) === 0) return volatileChange(hint, before, after)
  if (Math.max(before.length, after.length) > lineByLineBytes) {
    const what = `the text differs; it is larger than ${sized(lineByLineBytes)} and not compared line by line`
    return { kind: 'text', path, what }
  }
  return encodedChange(hint, before, after, options.context)
}

/** A change of encoding is told as such; the texts are then compared as UTF-8. */
function encodedChange(hint: FileHint, before: Uint8Array, after: Uint8Array, context: number): Change {
  const [old, now] = [readableText(before), readableText(after)]
  if (old === null || now === null || old.encoding === now.encoding) return textChange(hint, before, after, context)
  const encoding = `the encoding was ${old.encoding}, is ${now.encoding}`
  const [left, right] = [Buffer.from(old.text), Buffer.from(now.text)]
  if (Buffer.compare(normalise(hint, left), normalise(hint, right)) === 0)
    return { kind: 'text', path: hint.path, what: `only the encoding differs: ${encoding}` }
  const change = textChange(hint, left, right, context)
  return { ...change, kind: 'text', what: `${change.what}; ${encoding}` }
}

/** The bytes of a text file, unpacked where it is a packed program; null for binary content. */
async function collectText(side: Side, hint: FileHint, signal: AbortSignal): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  let judged = false
  for await (const chunk of side.chunks(signal)) {
    signal.throwIfAborted()
    chunks.push(chunk)
    bytes += chunk.length
    // A source that gives more than it said is not collected: it is no longer what was compared.
    if (bytes > normalisableBytes) return null
    if (judged || bytes < headBytes) continue
    judged = true
    const head = Buffer.concat(chunks)
    if (!hint.path.toLowerCase().endsWith('.urp') && openText(head) === null) return null
  }
  const whole = Buffer.concat(chunks)
  const plain = unpackProgram(hint, whole) ?? whole
  return openText(plain) === null ? null : plain
}

function binaryChange(path: string, binary: BinaryDifference, why: string): Change {
  const { bytesBefore, bytesAfter, ranges, more } = binary
  const [first] = ranges
  const size = bytesBefore === bytesAfter ? `${sized(bytesAfter)}` : `${sized(bytesBefore)} became ${sized(bytesAfter)}`
  const places = ranges.length + more
  const where = first === undefined ? '' : `, first difference at byte ${first.offset}`
  const what = `${why}binary content differs: ${size}, ${places === 1 ? 'one place' : `${places} places`}${where}`
  return { kind: 'binary', path, what, binary }
}

function volatileChange(hint: FileHint, before: Uint8Array, after: Uint8Array): Change {
  const names = volatileNames(spansOf(hint, before), spansOf(hint, after))
  return { kind: 'volatile', path: hint.path, what: volatileSentence(names), volatile: names.map(one => one.what) }
}

interface VolatileName {
  readonly what: string
  readonly secret: boolean
  readonly count: number
}

function volatileSentence(names: readonly VolatileName[]): string {
  const secrets = names.filter(one => one.secret)
  const others = names.filter(one => !one.secret).map(one => one.what)
  const number = secrets.reduce((sum, one) => sum + one.count, 0)
  const parts = [
    ...(others.length > 0 ? [`only volatile: ${others.join(', ')}`] : []),
    ...(number > 0
      ? [
          `${number === 1 ? 'an encrypted secret differs' : `${number} encrypted secrets differ`}: re-encrypted or changed, nobody can tell`,
        ]
      : []),
  ]
  return parts.length === 0 ? 'only how it is packed differs' : parts.join('; ')
}

interface Spans {
  readonly open: OpenText
  readonly spans: readonly VolatileSpan[]
}

function spansOf(hint: FileHint, bytes: Uint8Array): Spans | null {
  const open = openText(bytes)
  return open === null ? null : { open, spans: volatileSpans(hint, open) }
}

/** Which volatile fields differ between two texts, each name once. */
function volatileNames(before: Spans | null, after: Spans | null): VolatileName[] {
  const names = new Map<string, VolatileName>()
  const [left, right] = [contents(before), contents(after)]
  for (const [what, values] of new Map([...left, ...right])) {
    const [old, now] = [left.get(what)?.texts ?? [], right.get(what)?.texts ?? []]
    const longer = old.length > now.length ? old : now
    const count = longer.filter((_, at) => old[at] !== now[at]).length
    if (count > 0) names.set(what, { what, secret: values.secret, count })
  }
  return [...names.values()]
}

function contents(side: Spans | null): Map<string, { secret: boolean; texts: string[] }> {
  const found = new Map<string, { secret: boolean; texts: string[] }>()
  for (const { start, end, what, secret } of side?.spans ?? []) {
    const known = found.get(what) ?? { secret, texts: [] }
    known.texts.push(side?.open.text.slice(start, end) ?? '')
    found.set(what, known)
  }
  return found
}

function textChange(hint: FileHint, before: Uint8Array, after: Uint8Array, context: number): Change {
  const [left, right] = [textSide(hint, before), textSide(hint, after)]
  const names = volatileNames(left, right)
  const volatile = names.length === 0 ? {} : { volatile: names.map(one => one.what) }
  const path = hint.path
  if (sameButLayout(left.keys.filter(isKept), right.keys.filter(isKept)))
    return { kind: 'layout', path, what: layoutSentence(left, right), ...volatile }
  const difference = compareText(left.lines, right.lines, context)
  const removed = `${counted(difference.removed, 'line')} removed`
  const added = `${counted(difference.added, 'line')} added`
  if (difference.hunks === null)
    return { kind: 'text', path, what: `too different to show line by line: ${removed}, ${added}`, ...volatile }
  const heading = headingFinder(right.readable, right.shown)
  const hunks = difference.hunks.map(hunk => {
    const changed = hunk.lines.findIndex(line => line.kind !== 'same')
    const found = heading(hunk.to + Math.max(0, changed))
    return { ...hunk, heading: found === null ? null : redact(hint, found) }
  })
  const facts = /^[ \t\r\n]*</.test(left.readable) ? outlineFacts(left.cut, right.cut, 100) : []
  const shown = facts.length === 0 ? {} : { facts: facts.map(fact => redact(hint, fact)) }
  const what = `${removed}, ${added}${difference.cut ? '; only the first differences are shown' : ''}`
  return { kind: 'text', path, what, ...shown, hunks, ...volatile }
}

interface TextSide extends Spans {
  /** The text for people. */
  readonly readable: string
  /** The text without volatile bytes, one character a byte. */
  readonly cut: string
  /** By line: what is compared; null for a line that is volatile as a whole. */
  readonly keys: readonly (string | null)[]
  readonly lines: readonly ComparedLine[]
  /** A line of `readable`, from 0, without its secrets. */
  shown(at: number): string
}

const isKept = (key: string | null): key is string => key !== null

function textSide(hint: FileHint, bytes: Uint8Array): TextSide {
  const open = openText(bytes) ?? { text: '', encoding: 'bytes', close: () => bytes }
  const spans = volatileSpans(hint, open)
  // Volatile bytes become marks, so that lines stay where they are.
  const marked = mark(open.text, spans)
  const keys = layoutFreeLines(hint, marked).map(line =>
    line.includes(hole) && line.replaceAll(hole, '').trim() === '' ? null : line.replaceAll(hole, ''),
  )
  const readable = readableText(bytes)?.text ?? ''
  const shown = readable.split(/\r\n|\n|\r/)
  const redacted = lineRedactor(hint, shown)
  const lines = keys.flatMap((key, at) => (key === null ? [] : [{ number: at + 1, key, redacted: () => redacted(at) }]))
  if (lines.at(-1)?.key === '' && shown.at(-1) === '') lines.pop()
  return { open, spans, readable, cut: marked.replaceAll(hole, ''), keys, lines, shown: at => redacted(at).shown }
}

/** Stands for volatile bytes: no character, so that no text holds it. */
const hole = '\uffff'

/** Volatile bytes become `hole`s, their line ends stay. */
function mark(text: string, spans: readonly VolatileSpan[]): string {
  const kept: string[] = []
  let at = 0
  for (const { start, end } of spans) {
    kept.push(text.slice(at, start), hole, text.slice(start, end).replace(/[^\r\n]+/g, hole))
    at = end
  }
  kept.push(text.slice(at))
  return kept.join('')
}

function layoutSentence({ cut: left }: TextSide, { cut: right }: TextSide): string {
  if (left.replace(/\r\n?/g, '\n') === right.replace(/\r\n?/g, '\n')) return 'only line ends differ'
  if (left.replace(/[ \t\r\n]+/g, '') === right.replace(/[ \t\r\n]+/g, '')) return 'only white space differs'
  return 'only layout differs: white space, line ends or positions in drawings'
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

function sized(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`
  return bytes < 10 * 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(bytes / 1024 / 1024)} MiB`
}

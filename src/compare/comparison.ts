/** One entry of a version. */
export interface Side {
  /** Relative to the item, `/` between names. */
  readonly path: string
  readonly type: 'file' | 'folder' | 'link'
  readonly bytes: number
  /** Two files with equal identities have the same bytes, and with different ones different bytes. */
  readonly identity: string
  /** Permission bits; null where the source has none. */
  readonly mode: number | null
  /** Where a link points. */
  readonly target?: string
  /** The content from its beginning; may be asked for several times. */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
}

export interface Comparison {
  /** Not one byte, name or permission differs. */
  readonly equal: boolean
  /** Equal, or only volatile bytes differ. */
  readonly equivalent: boolean
  /** One line for a person. */
  readonly summary: string
  /** By path. */
  readonly changes: readonly Change[]
}

/**
 * `volatile`: only what changes by itself. `layout`: only white space, line ends or drawing positions besides.
 * `text` and `binary`: the content. `moved`: the same bytes under another name.
 */
export type ChangeKind =
  | 'added'
  | 'removed'
  | 'moved'
  | 'type'
  | 'text'
  | 'binary'
  | 'layout'
  | 'volatile'
  | 'mode'
  | 'link'

export interface Change {
  readonly kind: ChangeKind
  readonly path: string
  /** A sentence for a person, without any secret. */
  readonly what: string
  /** Of `text`: the named elements that were added, removed or changed, where the format has names. Redacted. */
  readonly facts?: readonly string[]
  /** Of `text`: the changed lines with context, redacted. */
  readonly hunks?: readonly Hunk[]
  /** Of `volatile`, and of other kinds where volatile bytes differ as well: what they are. */
  readonly volatile?: readonly string[]
  /** Of `binary`. */
  readonly binary?: BinaryDifference
}

export interface Hunk {
  /** Line numbers count from 1; `fromLines` and `toLines` count the lines shown of each side. */
  readonly from: number
  readonly fromLines: number
  readonly to: number
  readonly toLines: number
  /** What encloses the change: `Program Main › Routine Start`, `interface Gi1/0/1`; null where nothing tells. */
  readonly heading: string | null
  readonly lines: readonly HunkLine[]
}

export interface HunkLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

export interface ByteRange {
  readonly offset: number
  readonly length: number
}

export interface BinaryDifference {
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Where the bytes differ, byte by byte from the beginning; ranges closer than 16 bytes are one. */
  readonly ranges: readonly ByteRange[]
  /** How many further ranges there are. */
  readonly more: number
}

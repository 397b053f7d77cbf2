import { gunzipSync } from 'node:zlib'
import { headBytes, type OpenText, openText } from './open-text.ts'
import { cliFamily, volatileInCli } from './volatile-cli.ts'
import { volatileInJson } from './volatile-json.ts'
import { isAbbBackupInfo, isFanucProgram, volatileInAbbBackupInfo, volatileInFanucProgram } from './volatile-robot.ts'
import type { VolatileSpan } from './volatile-span.ts'
import { volatileInXml, xmlFormat } from './volatile-xml.ts'

/** Part of every content digest: changed with every rule, so that a better rule makes no false change. */
export const normaliserVersion: string = '1'

/** Files larger than this are compared raw. */
export const normalisableBytes: number = 64 * 1024 * 1024

export interface FileHint {
  /** As in the item, `/` between names. */
  readonly path: string
  /** What the connector observed (`cisco-ios`, `mikrotik-routeros`, `fortios`, …), or null. */
  readonly format: string | null
}

/** Finds the volatile spans of one format, in order and apart from each other. */
type SpanFinder = (text: string) => VolatileSpan[]

/** Whether the whole file is worth collecting. `head`: its first 4096 bytes, or all of a shorter file. */
export function mayNormalise(hint: FileHint, head: Uint8Array): boolean {
  if (isPackedProgram(hint, head)) return true
  const open = openText(head.subarray(0, headBytes))
  return open !== null && spanFinder(hint, open.text) !== null
}

/**
 * What is left when volatile bytes are taken out. The input itself when there are none, when the format is not known,
 * and when it is larger than `normalisableBytes`. A packed program (URP) becomes its text. Never throws.
 */
export function normalise(hint: FileHint, bytes: Uint8Array): Uint8Array {
  if (bytes.length > normalisableBytes) return bytes
  const plain = unpackProgram(hint, bytes) ?? bytes
  const open = openText(plain)
  if (open === null) return plain
  const spans = volatileSpans(hint, open)
  return spans.length === 0 ? plain : open.close(without(open.text, spans))
}

/** The volatile spans of a text, in order and apart from each other. */
export function volatileSpans(hint: FileHint, open: OpenText): VolatileSpan[] {
  return spanFinder(hint, open.text.slice(0, headBytes))?.(open.text) ?? []
}

/** A gzip file whose name says that it is a robot program and that holds one; null for everything else. */
export function unpackProgram(hint: FileHint, bytes: Uint8Array): Uint8Array | null {
  if (!isPackedProgram(hint, bytes)) return null
  const plain = gunzipWhole(bytes)
  if (plain === null) return null
  const open = openText(plain)
  return open !== null && xmlFormat(open.text.slice(0, headBytes)) !== null ? plain : null
}

function isPackedProgram(hint: FileHint, bytes: Uint8Array): boolean {
  return /\.urp$/i.test(hint.path) && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Null when it is damaged, larger than `normalisableBytes` when unpacked, or followed by other bytes. */
function gunzipWhole(bytes: Uint8Array): Uint8Array | null {
  try {
    // With `info` Node tells how much of the input was used, which its types do not know.
    const result: unknown = gunzipSync(bytes, { maxOutputLength: normalisableBytes, info: true })
    return isUnpacked(result) && result.engine.bytesWritten === bytes.length ? result.buffer : null
  } catch {
    return null
  }
}

function isUnpacked(result: unknown): result is { buffer: Uint8Array; engine: { bytesWritten: number } } {
  return result !== null && typeof result === 'object' && 'engine' in result && 'buffer' in result
}

function spanFinder(hint: FileHint, head: string): SpanFinder | null {
  const name = hint.path.slice(hint.path.lastIndexOf('/') + 1)
  if (name === 'resource.json') return volatileInJson
  if (isAbbBackupInfo(hint.path, head)) return volatileInAbbBackupInfo
  if (isFanucProgram(head)) return volatileInFanucProgram
  const family = cliFamily(hint.format, head)
  if (family !== null) return text => volatileInCli(text, family)
  const format = xmlFormat(head)
  return format === null ? null : text => volatileInXml(text, format)
}

function without(text: string, spans: readonly VolatileSpan[]): string {
  const kept: string[] = []
  let at = 0
  for (const span of spans) {
    kept.push(text.slice(at, span.start))
    at = span.end
  }
  kept.push(text.slice(at))
  return kept.join('')
}

import path from 'node:path'
import { readingOf } from '../sandbox-file.ts'
import { checkEndMark, type EndMark } from './end-mark.ts'
import { openGzip } from './open-gzip.ts'
import { openJson } from './open-json.ts'
import { openSqlite } from './open-sqlite.ts'
import { openTar } from './open-tar.ts'
import { openPlainText } from './open-text.ts'
import { openXml } from './open-xml.ts'
import { openYaml } from './open-yaml.ts'
import { openZip } from './open-zip.ts'
import { broken, type Opening, unopened } from './opening.ts'
import { type ContentKind, headBytes, type Recognised, recognise } from './recognise.ts'
import { collected } from './text-stream.ts'

export interface OpenedFile extends Opening {
  readonly path: string
  readonly kind: ContentKind | 'configuration'
}

export interface FileToOpen {
  /** On this disk; a file, no link. */
  readonly file: string
  /** As in the item. */
  readonly path: string
  /** How it must end; null where nobody knows. */
  readonly endMark: EndMark | null
  /** An empty folder for a copy. */
  readonly scratch: string
}

const configurationBytes = 64 * 1024 * 1024

/** Opens one restored file as what it is. Damage is a problem of the result; only what keeps us from reading is thrown. */
export async function openContent(of: FileToOpen, signal: AbortSignal): Promise<OpenedFile> {
  await using reading = await readingOf(of.file)
  if (of.endMark !== null) {
    const bytes = await collected(reading.chunks(signal), configurationBytes)
    const opening =
      bytes === null ? unopened('too large for a configuration') : checkEndMark(bytes.toString('latin1'), of.endMark)
    return { path: of.path, kind: 'configuration', ...opening }
  }
  const head = await reading.head(headBytes)
  const recognised = recognise(path.basename(of.path), head)
  const opening =
    (await promiseBroken(of, recognised)) ?? (await open(of, recognised.kind, head, reading.chunks, signal))
  return { path: of.path, kind: recognised.kind, ...opening }
}

/** A `.zip` that begins as no zip: damage when zeros stand there, as after a power cut; else only told. */
async function promiseBroken({ file }: FileToOpen, { kind, promised }: Recognised): Promise<Opening | null> {
  if (promised === null) return null
  if (kind === 'text') return unopened(`is text, though its name says ${promised}`)
  await using reading = await readingOf(file)
  const zeros = (await reading.head(headBytes)).every(byte => byte === 0)
  if (zeros) return broken(`its name says ${promised}, but it begins with zero bytes only`)
  return unopened(`does not begin as ${promised}, though its name says so; it may be encrypted`)
}

async function open(
  { file, path: name, scratch }: FileToOpen,
  kind: ContentKind,
  head: Uint8Array,
  chunks: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Opening> {
  switch (kind) {
    case 'xml':
      return openXml(head, chunks(signal))
    case 'json':
      return openJson(chunks(signal))
    case 'yaml':
      return openYaml(chunks(signal))
    case 'sqlite':
      return openSqlite(file, scratch)
    case 'zip':
      return openZip(file, signal)
    case 'gzip':
      return openGzip(name, chunks(signal), signal)
    case 'tar':
      return openTar(chunks(signal), signal)
    case 'text':
      return openPlainText(head, chunks(signal))
    case 'empty':
    case 'binary':
      return { problem: null, note: null, opened: false }
  }
}

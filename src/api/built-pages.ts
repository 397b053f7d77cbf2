import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../errors.ts'

/** A file of the pages, held in memory: a client that does not read it holds a reference, and no copy of its own. */
export interface BuiltFile {
  readonly bytes: Buffer
  readonly type: string
  readonly etag: string
  /** Its name holds its digest. */
  readonly fixed: boolean
}

/** By path, as `/built/index-1.js`. */
export type BuiltPages = ReadonlyMap<string, BuiltFile>

/** Of files whose names hold their digest; no page has an address in it. As in web/vite.config.ts. */
export const builtFolder = '/built/'
export const firstPage = '/index.html'

const types: Readonly<Record<string, string>> = {
  ...{ html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' },
  ...{
    json: 'application/json; charset=utf-8',
    map: 'application/json; charset=utf-8',
    txt: 'text/plain; charset=utf-8',
  },
  ...{ svg: 'image/svg+xml', png: 'image/png', ico: 'image/x-icon', jpg: 'image/jpeg', webp: 'image/webp' },
  ...{ woff2: 'font/woff2', woff: 'font/woff', ttf: 'font/ttf', wasm: 'application/wasm' },
  webmanifest: 'application/manifest+json',
}

/** All files of the pages that were built; none where they were not. */
export async function readPages(folder: string): Promise<BuiltPages> {
  const found = new Map<string, BuiltFile>()
  for (const name of await namesIn(folder)) {
    const parts = name.split(path.sep)
    if (parts.some(part => part.startsWith('.'))) continue
    const address = `/${parts.join('/')}`
    const bytes = await readFile(path.join(folder, name))
    const type = types[path.extname(name).slice(1).toLowerCase()] ?? 'application/octet-stream'
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
    found.set(address, { bytes, type, etag, fixed: address.startsWith(builtFolder) })
  }
  return found.has(firstPage) ? found : new Map()
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile())
    return files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

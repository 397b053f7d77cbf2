import { readdir, readlink, stat } from 'node:fs/promises'
import path from 'node:path'

export type ListStyle = 'unix' | 'dos' | 'fanuc' | 'garbled'

interface Listed {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link'
  readonly bytes: number
  readonly time: Date
  readonly target: string
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number) => String(value).padStart(2, '0')

/** RFC 3659: `YYYYMMDDHHMMSS` in UTC. */
export function ftpTime(time: Date): string {
  return time.toISOString().replace(/[-T:]/g, '').slice(0, 14)
}

/** What a folder holds, without `hidden`, in the order of the names. */
export async function listedFiles(folder: string, hidden: readonly string[]): Promise<Listed[]> {
  const listed: Listed[] = []
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (hidden.includes(entry.name)) continue
    const full = path.join(folder, entry.name)
    const target = entry.isSymbolicLink() ? await readlink(full) : ''
    const { size, mtime } = entry.isSymbolicLink() ? { size: target.length, mtime: new Date(0) } : await stat(full)
    const kind = entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : 'file'
    listed.push({ name: entry.name, kind, bytes: size, time: mtime, target })
  }
  return listed
}

function unixLine({ name, kind, bytes, time, target }: Listed): string {
  const type = kind === 'folder' ? 'd' : kind === 'link' ? 'l' : '-'
  const date = `${months[time.getUTCMonth()]} ${two(time.getUTCDate())} ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`
  return `${type}rw-r--r--   1 plc      plc      ${String(bytes).padStart(8)} ${date} ${name}${kind === 'link' ? ` -> ${target}` : ''}`
}

function dosLine({ name, kind, bytes, time }: Listed): string {
  const date = `${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}-${two(time.getUTCFullYear() % 100)}`
  const hour = time.getUTCHours()
  const clock = `${two(hour % 12 || 12)}:${two(time.getUTCMinutes())}${hour < 12 ? 'AM' : 'PM'}`
  return `${date}  ${clock} ${kind === 'folder' ? '      <DIR>         ' : String(bytes).padStart(20)} ${name}`
}

function vxworksLine({ name, kind, bytes, time }: Listed): string {
  const date = `${months[time.getUTCMonth()]}-${two(time.getUTCDate())}-${time.getUTCFullYear()}`
  const clock = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`
  return `${String(bytes).padStart(10)}    ${date}  ${clock}   ${name}${kind === 'folder' ? '              <DIR>' : ''}`
}

/** `fanuc` is the way of controllers built on VxWorks; that a FANUC lists like this is an assumption. */
export function listText(listed: readonly Listed[], style: ListStyle): string {
  const lines = {
    unix: () => listed.map(unixLine),
    dos: () => listed.map(dosLine),
    fanuc: () => [
      '  size          date       time       name',
      '--------       ------     ------    --------',
      ...listed.map(vxworksLine),
    ],
    garbled: () => listed.map(({ name, bytes }) => `${name.slice(0, 6)}~ ${bytes % 1000}k ?`),
  }[style]()
  return lines.map(line => `${line}\r\n`).join('')
}

export function mlsdText(listed: readonly Listed[]): string {
  const types = { file: 'file', folder: 'dir' } as const
  return listed
    .map(({ name, kind, bytes, time, target }) => {
      const type = kind === 'link' ? `OS.unix=slink:${target}` : types[kind]
      return `type=${type};${kind === 'file' ? `size=${bytes};` : ''}modify=${ftpTime(time)}; ${name}\r\n`
    })
    .join('')
}

import { BlackstartError } from '../../errors.ts'
import type { Target } from '../connector.ts'
import type { FtpOptions } from './ftp-options.ts'

/** One of the item's `path`s: where it is on the device, and where its content goes in the item. */
export interface DeviceRoot {
  readonly device: string
  /** Path in the item; empty for a single folder, whose content is the item. */
  readonly entry: string
  /** True when it ends in `/` or `:`, and so can only be a folder. */
  readonly surelyFolder: boolean
}

/** `MD:` + `A.LS` = `MD:A.LS`; `/a` + `b` = `/a/b`. */
export function joinDevicePath(folder: string, name: string): string {
  return /[/:]$/.test(folder) ? folder + name : `${folder}/${name}`
}

/** `/a/b` → `/a`, `MD:SUB` → `MD:`; null above the first folder. */
export function folderAbove(device: string): string | null {
  const name = lastName(device)
  const above = device.slice(0, device.length - name.length)
  if (name === '' || above === '' || above === '/') return null
  return above.endsWith('/') ? above.slice(0, -1) : above
}

export function lastName(device: string): string {
  return /[^/:]*$/.exec(device)?.[0] ?? ''
}

/** `/a/b/` → `a/b`, `MD:` → `MD`, `MD:SUB/x` → `MD/SUB/x`. */
function entryPath(device: string): string {
  return device
    .split(/[/:]/)
    .filter(name => name !== '' && name !== '.')
    .join('/')
}

/** Throws `site-invalid` where two paths would meet in the item. */
export function deviceRoots(target: Target<FtpOptions>): DeviceRoot[] {
  const paths = typeof target.options.path === 'string' ? [target.options.path] : target.options.path
  const roots = paths.map(device => ({
    device: device.length > 1 ? device.replace(/(?<=.)\/$/, '') : device,
    entry: paths.length === 1 ? '' : entryPath(device),
    surelyFolder: /[/:]$/.test(device),
  }))
  for (const [index, root] of roots.entries()) {
    const other = roots.find(
      (candidate, at) =>
        at !== index && `${root.entry}/`.startsWith(candidate.entry === '' ? '' : `${candidate.entry}/`),
    )
    const climbs = root.device.split(/[/:]/).includes('..')
    if (other === undefined && !climbs) continue
    throw new BlackstartError(
      'site-invalid',
      climbs
        ? `${target.item}: options.path "${root.device}" holds "..". Write the path as the device shows it.`
        : `${target.item}: options.path "${root.device}" and "${other?.device}" overlap. Keep one of them.`,
    )
  }
  return roots
}

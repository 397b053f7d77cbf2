import { z } from 'zod'

/** A path on the device: `/` between names, without `.`, `..` or an end slash, so that paths can be compared. */
const devicePath = z
  .string()
  .min(1)
  .refine(path => !path.split('/').includes('..'), 'a path without `..`')
  .transform(path => {
    const names = path.split('/').filter(name => name !== '' && name !== '.')
    return `${path.startsWith('/') ? '/' : ''}${names.join('/')}` || '.'
  })

/** One path, or several of which none lies in another. */
export const devicePaths = z
  .union([devicePath, z.array(devicePath).min(1)])
  .refine(paths => [paths].flat().every(one => [paths].flat().filter(other => isIn(one, other)).length === 1), {
    error: 'paths of which none lies in another',
  })
  .describe('file or folder on the device, or a list of them; relative to the folder of the login')

/** Whether `path` is `folder` or lies in it. */
function isIn(path: string, folder: string): boolean {
  if (folder === '.') return !path.startsWith('/')
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
}

/** `name` in `folder`, both on the device. */
export function inside(folder: string, name: string): string {
  if (folder === '.') return name
  if (name === '') return folder
  return folder === '/' ? `/${name}` : `${folder}/${name}`
}

/** The folder that holds all the paths; with it, an entry's path and its place on the device follow from each other. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map(path => path.split('/').slice(0, -1))
  const [first = [], ...others] = folders
  let length = first.length
  for (const other of others) {
    let same = 0
    while (same < length && same < other.length && first[same] === other[same]) same += 1
    length = same
  }
  return first.slice(0, length).join('/') || (paths[0]?.startsWith('/') ? '/' : '.')
}

/** `path` as seen from `folder`, which holds it. */
export function within(folder: string, path: string): string {
  if (folder === '.') return path
  return path.slice(folder === '/' ? 1 : folder.length + 1)
}

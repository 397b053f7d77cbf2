import path from 'node:path'

/** A path as one would type it where the command runs. */
export function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file)
  return relative === '' ? '.' : relative.startsWith('..') ? file : relative
}

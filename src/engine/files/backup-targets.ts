import path from 'node:path'

/** What to back up, as a tree from the snapshot's root: folders on the way to a target hold only what leads to one. */
export interface Target {
  /** Where it lies on this machine: an absolute path. */
  readonly source: string
  /** True when everything below belongs to the backup. */
  readonly whole: boolean
  /** By their names in the snapshot. */
  readonly children: ReadonlyMap<string, Target>
}

interface Building {
  readonly source: string
  whole: boolean
  readonly children: Map<string, Building>
  /** The folder that a relative path begins at, as it is written: `.`, `../..`; `/` for an absolute one. */
  readonly root: string
}

/**
 * By restic's rules, the targets of the snapshot's root. An absolute path is stored from `/` on; a relative one, which begins
 * in `folder`, from its first name on, without `..`; where another target has that name already, as `name-1`. A path inside
 * another one adds nothing. None of the paths may be without a name: see `hasName`.
 */
export function backupTargets(paths: readonly string[], folder: string): ReadonlyMap<string, Target> {
  const top = new Map<string, Building>()
  for (const each of new Set(paths.map(cleanPath))) addTarget(top, each, folder)
  return top
}

function addTarget(top: Map<string, Building>, each: string, folder: string): void {
  const [first = '', ...others] = namesOf(each)
  const root = rootOf(each)
  const begin = path.resolve(folder, root)
  let at = topTarget(top, first, root, begin)
  for (const name of others) {
    const source = path.posix.join(at.source, name)
    const next = at.children.get(name) ?? { source, whole: false, children: new Map(), root }
    at.children.set(name, next)
    at = next
  }
  at.whole = true
}

function topTarget(top: Map<string, Building>, first: string, root: string, begin: string): Building {
  let name = first
  for (let count = 1; ; count += 1) {
    const other = top.get(name)
    if (other?.root === root) return other
    if (other === undefined) break
    name = `${first}-${count}`
  }
  const made = { source: path.posix.join(begin, first), whole: false, children: new Map(), root }
  top.set(name, made)
  return made
}

function rootOf(clean: string): string {
  if (path.isAbsolute(clean)) return '/'
  const up = clean.split('/').filter(name => name === '..')
  return up.length === 0 ? '.' : up.join('/')
}

function namesOf(clean: string): string[] {
  return clean.split('/').filter(name => name !== '' && name !== '.' && name !== '..')
}

/** Without `.`, needless `..` and slashes at the end. */
export function cleanPath(each: string): string {
  const clean = path.posix.normalize(each)
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean
}

/** False for `.`, `../..` and `/`: what is in such a folder takes its place. */
export function hasName(each: string): boolean {
  return namesOf(cleanPath(each)).length > 0
}

/** What to back up, as a tree from the root: folders on the way to a target hold only what leads to one. */
export interface Target {
  /** True when everything below belongs to the backup. */
  readonly whole: boolean
  readonly children: ReadonlyMap<string, Target>
}

interface Building {
  whole: boolean
  readonly children: Map<string, Building>
}

/** `paths` are absolute. A path inside another one adds nothing. */
export function backupTargets(paths: readonly string[]): Target {
  const root: Building = { whole: false, children: new Map() }
  for (const path of paths) {
    let at = root
    for (const name of path.split('/').filter(part => part !== '')) {
      const next = at.children.get(name) ?? { whole: false, children: new Map() }
      at.children.set(name, next)
      at = next
    }
    at.whole = true
  }
  return root
}

import { BlackstartError } from '../../errors.ts'
import { repeatedName } from '../tree/repeated-name.ts'
import type { TreeNode } from '../tree/tree-node.ts'

/** Throws `integrity` for a name that would lead out of its folder. */
export function refuseUnsafe(name: string, tree: string, system: string = process.platform): void {
  if (!isUnsafe(name, system)) return
  throw new BlackstartError(
    'integrity',
    `Tree ${tree} holds the name ${JSON.stringify(name)}, which leads out of its folder. The snapshot was made to do harm: do not restore it.`,
    { facts: { tree, name } },
  )
}

/** Whether a name is none that a system can have, or leads out of its folder; `system` as Node calls it. */
export function isUnsafe(name: string, system: string = process.platform): boolean {
  if (name === '' || name === '.' || name === '..') return true
  return system === 'win32' ? /[/\0\\:]/.test(name) : name.includes('/') || name.includes('\0')
}

/** Throws `integrity` where a name of the tree would lead out of its folder, or occurs twice: as a link, and as a folder behind it. */
export function refuseNames(nodes: readonly TreeNode[], tree: string, system?: string): void {
  for (const { name } of nodes) refuseUnsafe(name, tree, system)
  refuseRepeated(nodes, tree)
}

/** Throws `integrity` where two entries of a tree have the same name. */
export function refuseRepeated(nodes: readonly TreeNode[], tree: string): void {
  const name = repeatedName(nodes)
  if (name === null) return
  const message = `Tree ${tree} holds the name ${JSON.stringify(name)} twice. It was not written by a backup.`
  throw new BlackstartError('integrity', message, { facts: { tree, name } })
}

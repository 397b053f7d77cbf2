import { readUserNames } from '../files/user-names.ts'
import type { TreeNode } from '../tree/tree-node.ts'

/**
 * Who gets what is restored. `numbers`: the user and group with the snapshot's numbers, as restic does. `names`: those
 * who have its names on this machine, and where a name is unknown here, its number. A map: by name or number (as text) in the
 * snapshot, the number here; what it does not list keeps its number.
 */
export type Ownership = 'numbers' | 'names' | OwnerMap

export interface OwnerMap {
  readonly users: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<string, number>
}

export type Owner = Pick<TreeNode, 'uid' | 'gid'>

/** What to give a node's file to. */
export async function ownerOf(ownership: Ownership, signal: AbortSignal): Promise<(node: TreeNode) => Owner> {
  if (ownership === 'numbers') return ({ uid, gid }) => ({ uid, gid })
  const { users, groups } = ownership === 'names' ? await namesHere(signal) : ownership
  return ({ uid, gid, user = '', group = '' }) => ({
    uid: users.get(user) ?? users.get(String(uid)) ?? uid,
    gid: groups.get(group) ?? groups.get(String(gid)) ?? gid,
  })
}

async function namesHere(signal: AbortSignal): Promise<OwnerMap> {
  const { users, groups } = await readUserNames(signal)
  return { users: byName(users), groups: byName(groups) }
}

/** Of several numbers with one name the first. */
function byName(names: ReadonlyMap<number, string>): ReadonlyMap<string, number> {
  return new Map([...names].reverse().map(([number, name]) => [name, number]))
}

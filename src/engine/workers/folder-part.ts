import type { FolderPart } from './messages.ts'
import { ParentNodes } from './parent-nodes.ts'

/** `node` is a folder's JSON up to its tree's id. */
export function withSubtree(node: string, subtree: string): string {
  return `${node},"content":null,"subtree":"${subtree}"}`
}

/** The part with its nodes: where it is the same as the parent's, from there. */
export function filled(part: FolderPart, parent: Uint8Array | null): FolderPart {
  if (!part.isSame) return part
  const nodes: (string | null)[] = [...new ParentNodes(parent).rest()]
  for (const { at } of part.folders) nodes[at] = null
  return { ...part, isSame: false, nodes }
}

/** True when each of its folders has, in `nodes`, the tree that the parent has for it. */
export function hasSameFolders({ folders }: FolderPart, nodes: readonly (string | null | undefined)[]): boolean {
  return folders.every(({ at, node, before }) => before !== null && nodes[at] === withSubtree(node, before))
}

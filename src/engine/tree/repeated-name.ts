import type { TreeNode } from './tree-node.ts'

/** A name that two entries of a tree have; null where there is none. */
export function repeatedName(nodes: readonly TreeNode[]): string | null {
  if (isInOrder(nodes)) return null
  const seen = new Set<string>()
  for (const { name } of nodes) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return null
}

/** In that of UTF-16, which is that of most trees. */
function isInOrder(nodes: readonly TreeNode[]): boolean {
  return nodes.every(({ name }, i) => i === 0 || (nodes[i - 1]?.name ?? '') < name)
}

/** What a tree refers to. */
export interface TreeReferences {
  /** Ids of the trees of its folders. */
  readonly trees: readonly string[]
  /** Ids of the data blobs of its files, those of one file after those of another. */
  readonly data: readonly string[]
}

const id = /^[0-9a-f]{64}$/

/** Null where the bytes are not a tree. Many times faster than `decodeTree`, and refuses what would leave a reference out. */
export function treeReferences(bytes: Uint8Array): TreeReferences | null {
  const nodes = nodesOf(bytes)
  if (nodes === null) return null
  const [trees, data]: [string[], string[]] = [[], []]
  for (const node of nodes) {
    if (typeof node !== 'object' || node === null) return null
    const { subtree, content } = node as { subtree?: unknown; content?: unknown }
    if (!collect(subtree === undefined || subtree === null ? [] : [subtree], trees)) return null
    if (!collect(content ?? [], data)) return null
  }
  return { trees, data }
}

function nodesOf(bytes: Uint8Array): readonly unknown[] | null {
  try {
    const { nodes } = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as {
      nodes?: unknown
    }
    return nodes === null ? [] : Array.isArray(nodes) ? nodes : null
  } catch {
    return null // not JSON, or not an object: the caller names the blob
  }
}

/** False where a value is not a list of ids. */
function collect(values: unknown, ids: string[]): boolean {
  if (!Array.isArray(values)) return false
  for (const value of values) {
    if (typeof value !== 'string' || !id.test(value)) return false
    ids.push(value)
  }
  return true
}

import { BlackstartError } from '../../../errors.ts'
import type { TreeNode } from '../../tree/tree-node.ts'

export interface ArchiveEntry {
  /** In the archive, without `/` at either end. */
  readonly path: string
  readonly node: TreeNode
  /** Of a file: as many bytes as the node says, or `integrity` is thrown. Read once, or not at all. */
  content(): AsyncIterable<Uint8Array>
}

/** Gives the pieces on. Throws `integrity`, naming the file, at the end of content that is not as long as it should be. */
export async function* exactly(
  bytes: number,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const piece of pieces) {
    seen += piece.byteLength
    if (seen > bytes) break
    yield piece
  }
  if (seen === bytes) return
  throw new BlackstartError(
    'integrity',
    `/${path} has ${seen > bytes ? 'more' : seen} bytes of content, and its snapshot says ${bytes}. The archive ends here. Run check.`,
    { facts: { path, bytes } },
  )
}

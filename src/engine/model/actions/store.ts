import { pieces } from '../../test-repository.ts'
import type { TreeNode } from '../../tree/tree-node.ts'
import { openWriter, type Writer } from '../../writer.ts'
import { contentCount, contentOf, type Files } from '../contents.ts'
import type { Scene } from '../scene.ts'

/** Stores streams, several snapshots with one writer and two with each commit, as a sweep of captures does. */
export async function store(scene: Scene, snapshots: number): Promise<void> {
  const { here, signal } = scene
  const { repository, changes } = here
  await using lock = await repository.lock('shared', signal)
  await using writer = await openWriter(repository, lock, signal)
  let waiting: { id: string; known: Parameters<typeof changes.came>[0] }[] = []
  for (let i = 0; i < snapshots; i += 1) {
    const files = Object.fromEntries(Object.entries(scene.files).map(([path, n]) => [path, (n + i) % contentCount]))
    const tags = i % 2 === 0 ? [] : ['odd']
    const known = { hostname: `plc-${i}`, tags, time: scene.nextTime(), files, original: null }
    const time = new Date(known.time).toISOString()
    const tree = await storeFiles(writer, files, signal)
    const { hostname } = known
    const id = writer.addSnapshot({ time, tree, paths: ['/'], hostname, username: '', tags })
    changes.coming(known)
    waiting.push({ id, known })
    if (i % 2 === 0 && i < snapshots - 1) continue
    await writer.commit(signal)
    for (const { id, known } of waiting) changes.came(known, id)
    waiting = []
  }
}

const time = '2026-01-02T03:04:05Z'
const plainNode = { mode: 0o644, mtime: time, atime: time, ctime: time, uid: 0, gid: 0 }

/** Returns the tree's id. */
async function storeFiles(writer: Writer, files: Files, signal: AbortSignal): Promise<string> {
  const nodes = Object.entries(files).map(async ([path, number]): Promise<[string, TreeNode]> => {
    const bytes = contentOf(number)
    const { content } = await writer.addFile(pieces(bytes), signal)
    return [
      path,
      { name: path.slice(path.lastIndexOf('/') + 1), type: 'file', content, size: bytes.length, ...plainNode },
    ]
  })
  const settled = await Promise.allSettled(nodes)
  for (const result of settled) if (result.status === 'rejected') throw result.reason
  return await storeFolder(writer, '', await Promise.all(nodes), signal)
}

async function storeFolder(
  writer: Writer,
  prefix: string,
  files: readonly [string, TreeNode][],
  signal: AbortSignal,
): Promise<string> {
  const below = files.filter(([path]) => path.startsWith(prefix))
  const nodes = below.filter(([path]) => !path.slice(prefix.length).includes('/')).map(([, node]) => node)
  const deeper = below.map(([path]) => path.slice(prefix.length)).filter(path => path.includes('/'))
  for (const name of new Set(deeper.map(path => path.slice(0, path.indexOf('/'))))) {
    const subtree = await storeFolder(writer, `${prefix}${name}/`, below, signal)
    nodes.push({ name, type: 'dir', content: null, subtree, ...plainNode })
  }
  return await writer.addTree(nodes, signal)
}

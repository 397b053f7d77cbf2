// Captures one file of 4 GiB (or as many GiB as the first argument says) into a local repository, reads it back, and
// prints the largest resident size of this process for each. Fails above 500 MB.
import { createCipheriv, createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { initRepository } from '../src/engine/repository.ts'
import type { TreeNode } from '../src/engine/tree/tree-node.ts'
import { openWriter } from '../src/engine/writer.ts'
import { localBackend } from '../src/storage/local/local-backend.ts'

const mebibyte = 1024 * 1024
const gibibytes = Number(process.argv[2] ?? 4)
const limit = 500_000_000
const signal = AbortSignal.timeout(3_600_000)

/** Pseudo-random, so that nothing compresses or repeats; every fourth mebibyte is zeros, as in a disk image. */
async function* source(hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32, 1), Buffer.alloc(16, 2))
  const zeros = Buffer.alloc(mebibyte)
  for (let i = 0; i < gibibytes * 1024; i += 1) {
    const piece = i % 4 === 3 ? zeros : noise.update(zeros)
    hash.update(piece)
    yield piece
  }
}

function tell(stage: string, milliseconds: number): number {
  // Kilobytes on Linux.
  const resident = process.resourceUsage().maxRSS * 1024
  const rate = (gibibytes * 1024 * 1000) / milliseconds
  process.stdout.write(
    `${stage}: ${gibibytes} GiB in ${(milliseconds / 1000).toFixed(1)} s (${rate.toFixed(0)} MiB/s), largest resident size ${(resident / 1e6).toFixed(0)} MB\n`,
  )
  return resident
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-memory-'))
try {
  const repository = await initRepository(localBackend(folder), 'bench', { scrypt: { N: 1024, r: 8, p: 1 } }, signal)
  await using lock = await repository.lock('shared', signal)
  const [written, read] = [createHash('sha256'), createHash('sha256')]

  let start = performance.now()
  const writer = await openWriter(repository, lock, signal)
  const { content, bytes } = await writer.addFile(source(written), signal)
  await writer.commit(signal)
  const captured = tell('capture', performance.now() - start)

  start = performance.now()
  const time = new Date(0).toISOString()
  const node: TreeNode = {
    name: 'image',
    type: 'file',
    mtime: time,
    atime: time,
    ctime: time,
    uid: 0,
    gid: 0,
    size: bytes,
    content,
  }
  for await (const piece of repository.file(node, signal)) read.update(piece)
  const restored = tell('read back', performance.now() - start)

  const same = written.digest('hex') === read.digest('hex')
  if (!same) process.stdout.write('the content came back different\n')
  process.exitCode = same && captured < limit && restored < limit ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

import { lstat, open, readdir } from 'node:fs/promises'
import path from 'node:path'

/** Throws, naming the first entry that differs: in name, kind, permissions, size, content and, if asked, time. */
export async function assertSameTree(
  expected: string,
  found: string,
  options: { readonly times: boolean },
  signal: AbortSignal,
): Promise<void> {
  const names = (await readdir(expected)).sort()
  const others = (await readdir(found)).sort()
  if (names.join('\0') !== others.join('\0')) {
    const wrong = names.find(name => !others.includes(name)) ?? others.find(name => !names.includes(name))
    throw new Error(`${found}: ${wrong} is on one side only`)
  }
  for (const name of names) {
    signal.throwIfAborted()
    const [from, to] = [path.join(expected, name), path.join(found, name)]
    const [a, b] = await Promise.all([lstat(from, { bigint: true }), lstat(to, { bigint: true })])
    if (a.mode !== b.mode) throw new Error(`${to}: mode ${b.mode.toString(8)}, not ${a.mode.toString(8)}`)
    // In microseconds: some programs keep no more.
    if (options.times && a.mtimeNs / 1000n !== b.mtimeNs / 1000n) throw new Error(`${to}: its time has changed`)
    if (a.isDirectory()) await assertSameTree(from, to, options, signal)
    else if (a.size !== b.size || !(await isSameContent(from, to))) throw new Error(`${to}: its content has changed`)
  }
}

const pieceBytes = 1024 * 1024
const [left, right] = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)]

/** Of two files of the same length. */
async function isSameContent(a: string, b: string): Promise<boolean> {
  await using from = await open(a)
  await using to = await open(b)
  for (;;) {
    const [{ bytesRead }, other] = [await from.read(left, 0, pieceBytes), await to.read(right, 0, pieceBytes)]
    if (bytesRead !== other.bytesRead) return false
    if (bytesRead === 0) return true
    if (left.compare(right, 0, bytesRead, 0, bytesRead) !== 0) return false
  }
}

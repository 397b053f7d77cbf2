import type { NodeType } from './tree-node.ts'

/** Go's `os.FileMode` bits, which restic stores, against those of `stat(2)`. */
const typeBits: Readonly<Record<NodeType, number>> = {
  file: 0,
  dir: 2 ** 31,
  symlink: 2 ** 27,
  dev: 2 ** 26,
  chardev: 2 ** 26 + 2 ** 21,
  fifo: 2 ** 25,
  socket: 2 ** 24,
  irregular: 2 ** 19,
}
const setuid = 2 ** 23
const setgid = 2 ** 22
const sticky = 2 ** 20

/** `permissions` are the lower twelve bits of `st_mode`. */
export function goMode(type: NodeType, permissions: number): number {
  return (
    typeBits[type] +
    (permissions & 0o777) +
    (permissions & 0o4000 ? setuid : 0) +
    (permissions & 0o2000 ? setgid : 0) +
    (permissions & 0o1000 ? sticky : 0)
  )
}

/** The lower twelve bits of `st_mode`. */
export function permissionsOf(mode: number): number {
  return (mode & 0o777) | (mode & setuid ? 0o4000 : 0) | (mode & setgid ? 0o2000 : 0) | (mode & sticky ? 0o1000 : 0)
}

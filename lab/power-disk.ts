/** A disk whose power can be cut, for tests that run as root. */
import { execFileSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'

export interface Disk extends AsyncDisposable {
  /** Where the disk's file system is mounted. */
  readonly folder: string
  /** Cuts the power: a copy of what had reached the disk in this instant, mounted; disposed of by its own disposal. */
  cut(): Promise<Disk>
}

/** An ext4 disk in an image that lies on an XFS volume with reflinks, so that a copy of it is made in an instant. */
export async function disk(work: string): Promise<Disk> {
  const [host, folder] = [path.join(work, 'host'), path.join(work, 'disk')]
  for (const one of [host, folder]) await mkdir(one)
  run('truncate', '-s', '3G', path.join(work, 'host.xfs'))
  run('mkfs.xfs', '-q', '-m', 'reflink=1', path.join(work, 'host.xfs'))
  run('mount', '-o', 'loop', path.join(work, 'host.xfs'), host)
  const image = path.join(host, 'disk.img')
  run('truncate', '-s', '1G', image)
  run('mkfs.ext4', '-q', image)
  run('mount', '-o', 'loop', image, folder)
  let copies = 0
  return {
    folder,
    async cut() {
      copies += 1
      const [copy, mounted] = [path.join(host, `cut-${copies}.img`), path.join(work, `cut-${copies}`)]
      run('cp', '--reflink=always', image, copy)
      await mkdir(mounted)
      run('mount', '-o', 'loop', copy, mounted)
      return {
        folder: mounted,
        cut: () => Promise.reject(new Error('a copy is not cut again')),
        async [Symbol.asyncDispose]() {
          run('umount', mounted)
          await rm(copy)
        },
      }
    },
    async [Symbol.asyncDispose]() {
      run('umount', folder)
      run('umount', host)
    },
  }
}

function run(program: string, ...words: string[]): void {
  execFileSync(program, words, { stdio: 'pipe' })
}

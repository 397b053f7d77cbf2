/** A disk in memory, for tests of what happens once it is full. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { systemCode } from '../src/errors.ts'

export interface SmallDisk extends AsyncDisposable {
  readonly folder: string
  /** Writes until nothing fits any more; returns what makes room again. */
  fill(): Promise<() => Promise<void>>
}

/** Why a test has none; false where it has. */
export const noSmallDisk =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs root, to mount a small disk'

/** 192 MiB. Folders for temporary files, such as sites of tests, lie on it until it is disposed of. */
export async function smallDisk(): Promise<SmallDisk> {
  const { TMPDIR } = process.env
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-small-disk-'))
  execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=192m', 'tmpfs', folder])
  process.env.TMPDIR = folder
  return {
    folder,
    async fill() {
      const file = path.join(folder, 'log-of-another-program')
      await using handle = await open(file, 'w')
      for (let size = 1_048_576; size > 0; ) {
        try {
          await handle.write(new Uint8Array(size))
        } catch (error) {
          if (systemCode(error) !== 'ENOSPC') throw error
          size = size > 4096 ? size >> 1 : 0
        }
      }
      return () => rm(file)
    },
    async [Symbol.asyncDispose]() {
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
      execFileSync('/usr/bin/umount', [folder])
      await rm(folder, { recursive: true })
    },
  }
}

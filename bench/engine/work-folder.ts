import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

/** One run of a benchmark in a folder whose sets are kept for the next. */
export interface WorkFolder extends AsyncDisposable {
  /** Removed at the end. */
  readonly runs: string
}

/** Throws where another run uses the folder: two would move each other's sets, and measure each other. */
export async function workFolder(folder: string): Promise<WorkFolder> {
  await mkdir(folder, { recursive: true })
  const claim = path.join(folder, 'in-use-by')
  const owner = Number(await readFile(claim, 'utf8').catch(() => ''))
  if (owner > 0 && isRunning(owner)) throw new Error(`process ${owner} measures in ${folder}: wait, or give --work`)
  await writeFile(claim, String(process.pid))
  const runs = path.join(folder, 'runs')
  await removeTree(runs)
  await mkdir(runs)
  return {
    runs,
    async [Symbol.asyncDispose]() {
      await removeTree(runs)
      await rm(claim)
    },
  }
}

/** By the system's program: millions of files are more than Node's own removal holds in memory. */
async function removeTree(folder: string): Promise<void> {
  await promisify(execFile)('rm', ['-rf', '--', folder])
}

/** Throws where the disk has less than that many bytes to give. */
export async function assertFree(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes) return
  const gib = (amount: number): string => (amount / 1024 ** 3).toFixed(1)
  throw new Error(`${folder} has ${gib(free)} GiB free, and ${gib(bytes)} are needed: give --work, or --quick`)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // ESRCH
  }
}

import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../errors.ts'

/** Makes a folder and those above it that are missing; all survive a power cut. Does nothing where it is. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const end = path.dirname(first)
  for (let made = folder; made !== end && made !== path.dirname(made); made = path.dirname(made)) {
    await syncFolder(path.dirname(made))
  }
}

/** What a folder lists survives a power cut. Where the file system cannot promise that (some network shares), it is not asked to. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders cannot be opened there
  await using handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error) ?? '')) throw error
  }
}

import { randomFillSync } from 'node:crypto'
import { statSync, truncateSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError, systemCode } from '../errors.ts'

/**
 * Room on the disk of a site that is given up for what must not fail because that disk is full: signing in, asking a second
 * person, writing to a device in an emergency, and the record of it. A file that holds nothing keeps it free. Where that file can
 * neither be made longer nor shorter nothing fails for it: a site without a reserve works.
 */
export interface Reserve {
  /** Gives a slice up. False: nothing is left of it. */
  giveSlice(): boolean
  /** Gives all of it up where the disk has less room than that. */
  giveAll(): Promise<void>
  /** Makes it whole again where the disk has room enough besides. */
  fill(): Promise<void>
}

const mebi = 1_048_576
const whole = 32 * mebi
const slice = mebi

/** Of the disk: of a small one it takes no more than a part. */
const largestPart = 1 / 20

export function openReserve(file: string): Reserve {
  return {
    giveSlice: () => shrink(file, Math.max(0, sizeOf(file) - slice)),
    async giveAll() {
      const disk = await diskOf(file)
      if (disk !== null && disk.free < disk.wanted) shrink(file, 0)
    },
    async fill() {
      const disk = await diskOf(file)
      if (disk === null) return
      const missing = disk.wanted - sizeOf(file)
      // with room to spare: what was given up just now is not taken back while it is needed
      if (missing < slice || disk.free < missing + 2 * disk.wanted) return
      await grow(file, missing).catch((error: unknown) => {
        if (systemCode(error) === null) throw error
      })
    },
  }
}

/** As `withReserve`, for work that waits for nothing. */
export function withReserveNow<Result>({ giveSlice }: Reserve, work: () => Result): Result {
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isDiskFull(error) || !giveSlice()) throw error
    }
  }
}

/** Does `work`, and again with each slice of the reserve while it throws `disk-full`. Throws what `work` threw last. */
export async function withReserve<Result>({ giveSlice }: Reserve, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isDiskFull(error) || !giveSlice()) throw error
    }
  }
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof BlackstartError && error.code === 'disk-full'
}

/** Bytes; null where the file system does not tell. */
async function diskOf(file: string): Promise<{ readonly free: number; readonly wanted: number } | null> {
  const disk = await statfs(path.dirname(file)).catch(() => null)
  if (disk === null || disk.blocks === 0) return null
  const { bsize, bavail, blocks } = disk
  const wanted = Math.min(whole, blocks * bsize * largestPart)
  return { free: bavail * bsize, wanted: wanted - (wanted % slice) }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function shrink(file: string, size: number): boolean {
  if (sizeOf(file) <= size) return false
  try {
    truncateSync(file, size)
    return true
  } catch (error) {
    if (systemCode(error) === null) throw error
    return false
  }
}

/** With bytes that no file system makes smaller. */
async function grow(file: string, bytes: number): Promise<void> {
  const before = sizeOf(file)
  await using handle = await open(file, 'a', 0o600)
  try {
    const chunk = new Uint8Array(slice)
    for (let written = 0; written + slice <= bytes; written += slice) await handle.write(randomFillSync(chunk))
    await handle.datasync()
  } catch (error) {
    await handle.truncate(before)
    throw error
  }
}

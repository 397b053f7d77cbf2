/** What the repository did not have, and has now. */
export interface Stored {
  readonly newBlobs: number
  /** How many of them are trees. */
  readonly newTrees: number
  /** Their plain bytes. */
  readonly newBytes: number
  /** What they take in packs: compressed and sealed. */
  readonly packedBytes: number
}

export const nothingStored: Stored = { newBlobs: 0, newTrees: 0, newBytes: 0, packedBytes: 0 }

export function sumOfStored(all: readonly Stored[]): Stored {
  return all.reduce(
    (sum, { newBlobs, newTrees, newBytes, packedBytes }) => ({
      newBlobs: sum.newBlobs + newBlobs,
      newTrees: sum.newTrees + newTrees,
      newBytes: sum.newBytes + newBytes,
      packedBytes: sum.packedBytes + packedBytes,
    }),
    nothingStored,
  )
}

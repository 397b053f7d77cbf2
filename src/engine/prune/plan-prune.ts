import { packTarget } from '../pack/pack-builder.ts'
import type { PackShare, Survey } from './survey-packs.ts'
import { defaultUnusedLimit, type UnusedLimit, unusedBytesAllowed } from './unused-limit.ts'

export interface PlanOptions {
  /** By default 5 %. */
  readonly maxUnused?: UnusedLimit
  /** Bytes of packs to repack; by default no limit. */
  readonly maxRepackBytes?: number
  /** Repacks packs below 80 % of a full one. */
  readonly repackSmall?: boolean
  /** Repacks packs below so many bytes. */
  readonly repackSmallerThan?: number
  /** Repacks packs with blobs that are not compressed. Trees are compressed in any case. */
  readonly repackUncompressed?: boolean
  /** Repacks only packs with trees, of which programs keep copies. */
  readonly repackCacheableOnly?: boolean
}

export interface PrunePlan {
  /** Nothing in them is needed, or not there. */
  readonly remove: ReadonlySet<string>
  readonly repack: ReadonlySet<string>
  /** Bytes of the packs to repack, and those of them that are not needed. */
  readonly repackBytes: number
  readonly repackUnused: number
}

/** Fewer small packs than these are not worth the work, and a single one would be repacked for ever. */
const fewestSmall = 10

/** Decides by restic's rules which packs to remove and which to repack. */
export function planPrune(survey: Survey, options: PlanOptions): PrunePlan {
  const remove = new Set(survey.unsound)
  const large = largeEnough(options)
  const candidates: PackShare[] = []
  const small: PackShare[] = []
  for (const pack of survey.packs) {
    if (pack.usedBlobs === 0) remove.add(pack.name)
    else if (options.repackCacheableOnly && pack.type === 'data') continue
    else if (pack.usedBlobs < pack.blobs || pack.type === 'mixed' || mustCompress(pack, options)) candidates.push(pack)
    else if (pack.bytes < large) small.push(pack)
  }
  if (small.length >= fewestSmall) candidates.push(...small)
  candidates.sort(
    (a, b) => rank(a, large) - rank(b, large) || b.unusedBytes * a.usedBytes - a.unusedBytes * b.usedBytes,
  )
  return { remove, ...choose(candidates, survey, options) }
}

export function mustCompress(pack: Pick<PackShare, 'type' | 'uncompressed'>, options: PlanOptions): boolean {
  return pack.uncompressed && (pack.type === 'tree' || options.repackUncompressed === true)
}

function largeEnough({ repackSmall, repackSmallerThan }: PlanOptions): number {
  if (repackSmallerThan !== undefined) return Math.min(repackSmallerThan, packTarget)
  return Math.floor(repackSmall ? (packTarget / 5) * 4 : packTarget / 25)
}

/** Packs with trees first, then small ones, then the others. */
function rank(pack: PackShare, large: number): number {
  if (pack.type !== 'data') return 0
  return pack.bytes < large ? 1 : 2
}

/** `candidates` in the order of what repacking them gains. */
function choose(
  candidates: readonly PackShare[],
  survey: Survey,
  options: PlanOptions,
): Pick<PrunePlan, 'repack' | 'repackBytes' | 'repackUnused'> {
  const repack = new Set<string>()
  const allowed = unusedBytesAllowed(options.maxUnused ?? defaultUnusedLimit, survey.bytes.used)
  const removed = survey.packs.reduce((sum, pack) => sum + (pack.usedBlobs === 0 ? pack.unusedBytes : 0), 0)
  const unused = survey.bytes.unused + survey.bytes.duplicate - removed
  let [repackBytes, repackUnused] = [0, 0]
  for (const pack of candidates) {
    if (repackBytes + pack.bytes > (options.maxRepackBytes ?? Infinity)) continue
    const enough = unused - repackUnused < allowed
    const wanted = pack.type !== 'data' || mustCompress(pack, options) || pack.bytes < largeEnough(options)
    if (enough && !wanted) continue
    repack.add(pack.name)
    repackBytes += pack.bytes
    repackUnused += pack.unusedBytes
  }
  return { repack, repackBytes, repackUnused }
}

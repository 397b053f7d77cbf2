import { sealOverhead } from '../crypto/sealing-key.ts'
import { type BlobType, headerBytes, type PackedBlob } from '../pack/pack-header.ts'
import type { IndexedPack } from './index-file.ts'

/** Where a blob lies. */
export interface BlobLocation extends PackedBlob {
  readonly pack: string
}

export interface KnownPack {
  readonly blobs: readonly BlobLocation[]
  /** Names of the index files that list the pack. */
  readonly indexes: readonly string[]
}

/** All index files of a repository, in memory. */
export class BlobIndex {
  readonly #first: Record<BlobType, Map<string, BlobLocation>> = { data: new Map(), tree: new Map() }
  /** Further places of the same blob: rare, so that they have a map of their own. */
  readonly #more = new Map<string, BlobLocation[]>()
  readonly #packs = new Map<string, { blobs: BlobLocation[]; indexes: string[] }>()
  readonly #files = new Set<string>()

  /** Names of the index files that were added. */
  get files(): ReadonlySet<string> {
    return this.#files
  }

  get packs(): ReadonlyMap<string, KnownPack> {
    return this.#packs
  }

  get blobs(): number {
    return this.#first.data.size + this.#first.tree.size
  }

  add(file: string, packs: readonly IndexedPack[]): void {
    this.#files.add(file)
    for (const { id, blobs } of packs) {
      const known = this.#packs.get(id)
      if (known === undefined) {
        const located = blobs.map(blob => ({ ...blob, pack: id }))
        this.#packs.set(id, { blobs: located, indexes: [file] })
        for (const blob of located) this.#place(blob)
      } else {
        known.indexes.push(file)
        const seen = new Set(known.blobs.map(blob => blob.offset))
        for (const blob of blobs.filter(blob => !seen.has(blob.offset))) {
          const located = { ...blob, pack: id }
          known.blobs.push(located)
          this.#place(located)
        }
      }
    }
  }

  has(type: BlobType, id: string): boolean {
    return this.#first[type].has(id)
  }

  find(type: BlobType, id: string): BlobLocation | null {
    return this.#first[type].get(id) ?? null
  }

  /** Every place of a blob; nothing when it is unknown. */
  all(type: BlobType, id: string): readonly BlobLocation[] {
    const first = this.#first[type].get(id)
    if (first === undefined) return []
    return [first, ...(this.#more.get(`${type} ${id}`) ?? [])]
  }

  #place(blob: BlobLocation): void {
    const map = this.#first[blob.type]
    if (!map.has(blob.id)) {
      map.set(blob.id, blob)
      return
    }
    const key = `${blob.type} ${blob.id}`
    const others = this.#more.get(key)
    if (others === undefined) this.#more.set(key, [blob])
    else others.push(blob)
  }
}

/** Bytes of a pack file that holds these blobs and nothing else. */
export function expectedPackBytes(blobs: readonly PackedBlob[]): number {
  const content = blobs.reduce((sum, blob) => sum + blob.length, 0)
  return content + headerBytes(blobs) + sealOverhead + 4
}

/** Bytes of a blob's plain content. */
export function plainBytes(blob: PackedBlob): number {
  return blob.plainLength ?? blob.length - sealOverhead
}

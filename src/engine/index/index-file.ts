import type { Backend } from '../../storage/backend.ts'
import { sealOverhead } from '../crypto/sealing-key.ts'
import { damaged } from '../damage.ts'
import type { BlobType, PackedBlob } from '../pack/pack-header.ts'

export interface IndexedPack {
  readonly id: string
  readonly blobs: readonly PackedBlob[]
}

/** The JSON of an index file. */
export function encodeIndex(packs: readonly IndexedPack[]): string {
  return JSON.stringify({
    packs: packs.map(({ id, blobs }) => ({
      id,
      blobs: blobs.map(blob => ({
        id: blob.id,
        type: blob.type,
        offset: blob.offset,
        length: blob.length,
        ...(blob.plainLength === null ? {} : { uncompressed_length: blob.plainLength }),
      })),
    })),
  })
}

const idPattern = /^[0-9a-f]{64}$/

/** Throws `integrity` where the value is not an index. Checked by hand: an index may hold millions of blobs. */
export function decodeIndex(backend: Backend, name: string, value: unknown): IndexedPack[] {
  const broken = (): Error => damaged(backend, 'index', name, 'is no index')
  if (!isRecord(value) || !(value.packs === null || Array.isArray(value.packs))) throw broken()
  return (value.packs ?? []).map((pack: unknown) => {
    if (!isRecord(pack) || !isId(pack.id) || !Array.isArray(pack.blobs)) throw broken()
    return { id: pack.id, blobs: pack.blobs.map((blob: unknown) => decodeBlob(blob) ?? thrown(broken())) }
  })
}

function decodeBlob(blob: unknown): PackedBlob | null {
  if (!isRecord(blob) || !isId(blob.id) || !isBlobType(blob.type)) return null
  const { id, type, offset, length, uncompressed_length: plainLength } = blob
  if (!isSize(offset) || !isSize(length) || length < sealOverhead) return null
  if (plainLength !== undefined && !isSize(plainLength)) return null
  return { type, id, offset, length, plainLength: plainLength === undefined || plainLength === 0 ? null : plainLength }
}

function thrown(error: Error): never {
  throw error
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value)
}

function isBlobType(value: unknown): value is BlobType {
  return value === 'data' || value === 'tree'
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32 && !Object.is(value, -0)
}

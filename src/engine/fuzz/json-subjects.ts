import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { BlackstartError } from '../../errors.ts'
import { type Config, openConfig, sealConfig } from '../crypto/config-file.ts'
import { type KeyFile, parseKeyFile } from '../crypto/key-file.ts'
import { SealingKey } from '../crypto/sealing-key.ts'
import { sha256 } from '../crypto/sha256.ts'
import { decodeIndex, encodeIndex, type IndexedPack } from '../index/index-file.ts'
import { scanIndex } from '../index/scan-index.ts'
import { decodeLock, type LockFile } from '../lock/lock-file.ts'
import type { PackedBlob } from '../pack/pack-header.ts'
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../snapshot/snapshot.ts'
import { isTime } from '../tree/go-time.ts'
import { decodeUnpacked } from '../unpacked.ts'
import { jsonSample, mutatedJson } from './mutate-json.ts'
import { backend, fileOf, id, key, name, time } from './place.ts'
import { orRefused, trialOf } from './trial.ts'

const hex = /^[0-9a-f]{64}$/
const isText = (value: unknown): boolean => typeof value === 'string'

const indexedPacks = {
  packs: [
    {
      id,
      blobs: [
        { id, type: 'data', offset: 0, length: 38 },
        { id, type: 'data', offset: 38, length: 112, uncompressed_length: 511 },
      ],
    },
    { id, blobs: [{ id, type: 'tree', offset: 0, length: 4294967295, uncompressed_length: 4294967295 }] },
  ],
}
const indexSamples = [jsonSample(indexedPacks), jsonSample({ supersedes: [id], ...indexedPacks })]
const snapshotSample = jsonSample({
  ...{ time, parent: id, tree: id, paths: ['/plc-filler/program', '/é<&>'], hostname: 'plc-filler', username: 'root' },
  ...{ uid: 1000, gid: 4294967295, excludes: ['*.tmp'], tags: ['version:x', 'item:plc-filler/program'], original: id },
  ...{
    program_version: 'blackstart 0.1.0',
    summary: { backup_start: time, files_new: 3, data_added: 9007199254740991 },
  },
})
const lockSample = jsonSample({
  time,
  exclusive: true,
  hostname: 'node',
  username: 'root',
  pid: 4711,
  uid: 1000,
  gid: 1000,
})
const configSample = jsonSample({ version: 2, id, chunker_polynomial: '25b468838dcb75' })
const keySample = jsonSample({
  ...{ created: time, username: 'root', hostname: 'node', kdf: 'scrypt', N: 32768, r: 8, p: 4 },
  ...{ salt: Buffer.alloc(64, 1).toString('base64'), data: Buffer.alloc(157, 2).toString('base64') },
})
const masterSample = jsonSample(JSON.parse(key.toJson()))

/** What the envelope says is no JSON is refused by it. */
function jsonOf(kind: 'index' | 'snapshot' | 'lock', input: Buffer): { value: unknown } | null {
  try {
    return { value: decodeUnpacked(kind, input) }
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

/** As the reader of large indexes takes it, which makes no objects; null where it leaves it to `decodeIndex`. */
function scannedIndex(input: Buffer): IndexedPack[] | null {
  const packs: { id: string; blobs: PackedBlob[] }[] = []
  const idAt = (at: number): string => input.toString('latin1', at, at + 64)
  const done = scanIndex(input, {
    pack: at => void packs.push({ id: idAt(at), blobs: [] }),
    blob: (type, at, offset, length, plainLength) =>
      void packs.at(-1)?.blobs.push({ type, id: idAt(at), offset, length, plainLength: plainLength || null }),
  })
  return done ? packs : null
}

export const index = trialOf<IndexedPack[]>({
  name: 'index',
  input: random => mutatedJson(random, random.pick(indexSamples)),
  parse(input) {
    const json = jsonOf('index', input)
    const packs = json && orRefused(fileOf('index'), () => decodeIndex(backend, name, json.value))
    const scanned = scannedIndex(input)
    assert.ok(scanned === null || isDeepStrictEqual(scanned, packs), 'the scan reads something else')
    return packs
  },
  check(packs) {
    for (const { id, blobs } of packs) {
      assert.match(id, hex)
      for (const { id, type, offset, length, plainLength } of blobs) {
        assert.ok(hex.test(id) && (type === 'data' || type === 'tree'))
        assert.ok(
          offset >= 0 && offset < 2 ** 32 && length >= 32 && length < 2 ** 32 && Number.isInteger(offset + length),
        )
        assert.ok(plainLength === null || (Number.isInteger(plainLength) && plainLength > 0 && plainLength < 2 ** 32))
      }
    }
  },
  encode: packs => Buffer.from(encodeIndex(packs)),
})

export const snapshot = trialOf<Snapshot>({
  name: 'snapshot',
  input: random => mutatedJson(random, snapshotSample),
  parse(input) {
    const json = jsonOf('snapshot', input)
    return json && orRefused(fileOf('snapshot'), () => decodeSnapshot(backend, name, json.value))
  },
  check({ id, time, tree, paths, hostname, username, tags, uid, gid, parent, original, excludes = [] }) {
    assert.ok(id === name && isTime(time) && hex.test(tree) && hex.test(parent ?? tree) && hex.test(original ?? tree))
    assert.ok([hostname, username, ...paths, ...tags, ...excludes].every(isText))
    for (const number of [uid ?? 0, gid ?? 0]) assert.ok(Number.isInteger(number) && number >= 0 && number < 2 ** 32)
  },
  encode: ({ id: _, ...fields }) => Buffer.from(encodeSnapshot(fields)),
})

export const lock = trialOf<LockFile>({
  name: 'lock',
  input: random => mutatedJson(random, lockSample),
  parse(input) {
    const json = jsonOf('lock', input)
    return json && orRefused(fileOf('lock'), () => decodeLock(backend, name, json.value))
  },
  check({ time, exclusive, hostname, username, pid }) {
    assert.ok(Number.isFinite(Date.parse(time)) && typeof exclusive === 'boolean')
    assert.ok(isText(hostname) && isText(username) && Number.isSafeInteger(pid))
  },
  encode: lock => Buffer.from(JSON.stringify(lock)),
})

export const config = trialOf<Config>({
  name: 'config',
  input: random => key.seal(mutatedJson(random, configSample)),
  parse: input => orRefused('config', () => orUnsupported(() => openConfig(backend, key, input))),
  check({ id, polynomial }) {
    assert.match(id, hex)
    assert.equal(polynomial >> 53n, 1n)
  },
  encode: config => sealConfig(key, config),
})

/** A repository of another version says so; it is not damaged. */
function orUnsupported(action: () => Config): Config | null {
  try {
    return action()
  } catch (error) {
    if (error instanceof BlackstartError && error.code === 'unsupported' && error.facts.version !== 2) return null
    throw error
  }
}

export const keyFile = trialOf<KeyFile>({
  name: 'key file',
  input: random => mutatedJson(random, keySample),
  parse(input) {
    const file = sha256(input)
    return orRefused(`keys/${file}`, () => parseKeyFile(backend, file, input))
  },
  check({ created, username, hostname, kdf, N, r, p, salt, data }) {
    assert.ok([created, username, hostname, salt, data].every(isText) && kdf === 'scrypt')
    assert.ok(Number.isInteger(Math.log2(N)) && Number.isInteger(r) && Number.isInteger(p) && r > 0 && p > 0)
    assert.ok(128 * r * (N + p) <= 2 ** 31 && 128 * N * r * p <= 2 ** 33)
  },
  encode: file => Buffer.from(JSON.stringify(file)),
})

/** What a key file seals. */
export const masterKey = trialOf<string>({
  name: 'master key',
  input: random => mutatedJson(random, masterSample),
  parse(input) {
    try {
      return SealingKey.fromJson(input.toString()).toJson()
    } catch (error) {
      if (error instanceof Error) return null
      throw error
    }
  },
  check(json) {
    const again = SealingKey.fromJson(json)
    assert.ok(again.open(again.seal(Buffer.from('x')))?.equals(Buffer.from('x')))
  },
  encode: json => Buffer.from(json),
})

import os from 'node:os'
import { BlackstartError } from '../errors.ts'
import type { Backend } from '../storage/backend.ts'
import { dryBackend } from './backup/dry-backend.ts'
import { cached, noted } from './cache/cached.ts'
import { RepositoryCache } from './cache/repository-cache.ts'
import { type Config, openConfig } from './crypto/config-file.ts'
import { defaultCost, parseKeyFile } from './crypto/key-file.ts'
import type { ScryptCost } from './crypto/scrypt.ts'
import { SealingKey } from './crypto/sealing-key.ts'
import { searchKey } from './crypto/search-key.ts'
import { damaged, isAbsent, missing, readExpected } from './damage.ts'
import { eachOf } from './each-of.ts'
import { type BlobIndex, plainBytes } from './index/blob-index.ts'
import { loadIndexes } from './index/load-indexes.ts'
import { readBlob } from './index/read-blob.ts'
import { windowed } from './index/windowed.ts'
import { layFoundation } from './lay-foundation.ts'
import {
  type LockContext,
  type LockMode,
  type LockWait,
  noWait,
  RepositoryLock,
  removeStale,
} from './lock/repository-lock.ts'
import type { BlobType } from './pack/pack-header.ts'
import { compareSnapshots, decodeSnapshot, type Snapshot } from './snapshot/snapshot.ts'
import { decodeTree } from './tree/tree-json.ts'
import type { TreeNode } from './tree/tree-node.ts'
import { readUnpacked } from './unpacked.ts'

export interface OpenOptions {
  /** Written into keys and locks; by default those of this machine and process. */
  readonly hostname?: string
  readonly username?: string
  readonly now?: () => Date
  /** What a new password's key costs to open; by default about half a second. */
  readonly scrypt?: ScryptCost
  /** How long every lock of this repository waits for others; by default not at all. */
  readonly lockWait?: LockWait
  /** Hears of a lock of ours that could not be removed when its work was done; without it, that is thrown. */
  readonly onLockLeft?: (error: BlackstartError) => void
  /** A folder of this machine that keeps what was read of indexes, snapshots and trees; by default nothing is kept. */
  readonly cache?: string
}

export interface InitOptions extends OpenOptions {
  /** Files are cut where this one cuts them, so that snapshots copied between both share their blobs; by default at places of its own. */
  readonly chunksOf?: Repository
}

export interface KeyInfo {
  readonly id: string
  readonly hostname: string
  readonly username: string
  readonly created: string
  /** True for the key that opened the repository. */
  readonly current: boolean
}

/** Makes a repository of format version 2. Throws `refused` where one is already, `locked` where another is about to make one. */
export async function initRepository(
  backend: Backend,
  password: string,
  options: InitOptions,
  signal: AbortSignal,
): Promise<Repository> {
  refuseEmpty(password)
  const facts = hostFacts(options)
  if (await hasFiles(backend, signal)) {
    throw new BlackstartError('refused', `${backend.location} holds a repository already. Choose another place.`, {
      facts: { location: backend.location },
    })
  }
  await backend.create(signal)
  const key = SealingKey.random()
  const { keyId, config } = await layFoundation(backend, key, password, options.chunksOf?.polynomial, facts, signal)
  return new Repository({ backend, key, ...facts }, openConfig(backend, key, config), keyId)
}

/** Throws `not-found` where there is no repository, `wrong-password`, or `integrity`. */
export async function openRepository(
  backend: Backend,
  password: string,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Repository> {
  if ((await backend.stat('config', 'config', signal)) === null) {
    if (await hasFiles(backend, signal)) throw missing(backend, 'config', 'config')
    throw new BlackstartError('not-found', `${backend.location} holds no repository. Make one with init.`, {
      facts: { location: backend.location },
    })
  }
  const { key, name } = await searchKey(backend, password, signal)
  const config = openConfig(backend, key, await readExpected(backend, 'config', 'config', signal))
  const facts = hostFacts(options)
  if (options.cache === undefined) return new Repository({ backend, key, ...facts }, config, name)
  const cache = await RepositoryCache.open(options.cache, config.id, facts.now())
  return new Repository({ backend: noted(backend, cache), key, ...facts, cache }, config, name)
}

/** As `lockWithin` of a repository that perhaps cannot be opened, by its key alone. @internal */
export async function lockUnopened(
  { backend, key }: Pick<Repository, 'backend' | 'key'>,
  options: OpenOptions,
  mode: LockMode,
  wait: LockWait,
  signal: AbortSignal,
): Promise<RepositoryLock> {
  return await RepositoryLock.acquire({ backend, key, ...hostFacts(options) }, mode, wait, signal)
}

const readOnly = new Set(['EROFS', 'EACCES', 'EPERM'])

interface HostFacts {
  readonly hostname: string
  readonly username: string
  readonly now: () => Date
  readonly scrypt: ScryptCost
  readonly lockWait: LockWait
}

type Context = LockContext & HostFacts & { readonly cache?: RepositoryCache }

/** An opened repository. What is read is verified by MAC and hash, or `integrity` is thrown with the file's name. */
export class Repository {
  readonly id: string
  readonly backend: Backend
  /** The chunker's, of degree 53. */
  readonly polynomial: bigint
  /** For `engine` only: seals what is written. @internal */
  readonly key: SealingKey
  readonly now: () => Date
  readonly hostname: string
  readonly username: string
  /** What a new password's key costs to open. */
  readonly scrypt: ScryptCost
  /** Name of the key file that opened the repository. */
  readonly keyId: string
  readonly #context: Context
  #cache: RepositoryCache | null
  /** For indexes and snapshots: from the cache, where there is one. */
  #facts: Backend
  /** For trees, which are small and are read one after the other. */
  #windows: Backend
  #index: BlobIndex | null = null
  #loading: Promise<unknown> = Promise.resolve()

  constructor(context: Context, config: Config, keyId: string) {
    this.#context = context
    this.keyId = keyId
    this.scrypt = context.scrypt
    this.id = config.id
    this.polynomial = config.polynomial
    this.backend = context.backend
    this.#cache = context.cache ?? null
    this.#facts = this.#cache === null ? context.backend : cached(context.backend, this.#cache)
    this.#windows = this.#windowed()
    this.key = context.key
    this.now = context.now
    this.hostname = context.hostname
    this.username = context.username
  }

  /** 32 bytes, the same for every password of the repository (HKDF-SHA256). */
  deriveKey(purpose: string): Uint8Array {
    return this.key.derive(purpose)
  }

  /** The same, but whatever is done with it changes nothing in the storage, and takes no lock there. @internal */
  dry(): Repository {
    return new Repository({ ...this.#context, backend: dryBackend(this.backend) }, this, this.keyId)
  }

  /** Every password's key, oldest first. */
  async keys(signal: AbortSignal): Promise<readonly KeyInfo[]> {
    const keys: KeyInfo[] = []
    for await (const { name: id } of this.backend.list('key', signal)) {
      const file = parseKeyFile(this.backend, id, await readExpected(this.backend, 'key', id, signal))
      const { hostname, username, created } = file
      keys.push({ id, hostname, username, created, current: id === this.keyId })
    }
    return keys.sort((a, b) => Date.parse(a.created) - Date.parse(b.created))
  }

  /**
   * Locks by restic's rules; release it with `await using`. Throws `locked` (with `retry`), naming who holds the
   * repository, or `integrity` when a lock cannot be read.
   */
  async lock(mode: LockMode, signal: AbortSignal): Promise<RepositoryLock> {
    return await this.lockWithin(mode, this.#context.lockWait, signal)
  }

  /** As `lock`, with a wait of its own. */
  async lockWithin(mode: LockMode, wait: LockWait, signal: AbortSignal): Promise<RepositoryLock> {
    return await RepositoryLock.acquire(this.#context, mode, wait, signal)
  }

  /**
   * A lock that still has to settle: what only reads need not wait for that, and a writer waits by itself. Throws `locked`
   * at once where the repository is locked now, however long `lock` would wait. @internal
   */
  async beginLock(mode: LockMode, signal: AbortSignal): Promise<RepositoryLock> {
    return await RepositoryLock.begin(this.#context, mode, signal)
  }

  /**
   * A shared lock for work that only reads; null where the place cannot be written at all, as a copy on a read-only
   * medium or a full disk: what is read is verified, and there a restore matters more than a lock.
   */
  async lockForReading(signal: AbortSignal): Promise<RepositoryLock | null> {
    try {
      return await this.lock('shared', signal)
    } catch (error) {
      if (!(error instanceof BlackstartError)) throw error
      if (error.code === 'disk-full' || readOnly.has(String(error.facts.system))) return null
      throw error
    }
  }

  /** Removes stale locks; returns how many. */
  async unlock(signal: AbortSignal): Promise<number> {
    return await removeStale(this.#context, signal)
  }

  /** Removes every lock, whoever holds it and whether it can be read or not; returns how many. */
  async unlockAll(signal: AbortSignal): Promise<number> {
    let removed = 0
    for await (const { name } of this.backend.list('lock', signal)) {
      await this.backend.remove('lock', name, signal)
      removed += 1
    }
    return removed
  }

  /** Oldest first. One that goes away after it was listed is none. */
  async snapshots(signal: AbortSignal): Promise<readonly Snapshot[]> {
    const snapshots: Snapshot[] = []
    await eachOf(this.backend.list('snapshot', signal), this.backend.atOnce, async ({ name }) => {
      const snapshot = await this.snapshot(name, signal).catch((error: unknown) => {
        if (isAbsent(error)) return null
        throw error
      })
      if (snapshot !== null) snapshots.push(snapshot)
    })
    return snapshots.sort(compareSnapshots)
  }

  /** The snapshot with that full id. */
  async snapshot(id: string, signal: AbortSignal): Promise<Snapshot> {
    return decodeSnapshot(this.backend, id, await readUnpacked(this.#facts, this.key, 'snapshot', id, signal))
  }

  /** Reads the index, where that has not been done. List snapshots first: an index is written before its snapshots. */
  async loadIndex(signal: AbortSignal): Promise<BlobIndex> {
    return this.#index ?? (await this.refresh(signal))
  }

  /** Takes in what other processes have written, or removed, since. */
  refresh(signal: AbortSignal): Promise<BlobIndex> {
    const load = async (): Promise<BlobIndex> => {
      const first = this.#index === null
      const index = await loadIndexes(this.#facts, this.key, this.#index, signal)
      if (first) await this.#cache?.keepOnly('pack', pack => index.packs.has(pack))
      this.#index = index
      return index
    }
    // One after the other, whether the one before succeeded or not: all must end with the same index.
    const loading = this.#loading.then(load, load)
    this.#loading = loading
    return loading
  }

  /** A blob's plain content. Throws `integrity`, naming the pack, where no pack gives it back as it was. */
  async blob(type: BlobType, id: string, signal: AbortSignal): Promise<Buffer> {
    const { key } = this
    const backend = type === 'tree' ? this.#windows : this.backend
    const first = await readBlob(backend, key, (await this.loadIndex(signal)).all(type, id), signal)
    if (Buffer.isBuffer(first)) return first
    if (type === 'tree' && first !== null) await this.#distrust(first)
    // Another process may have written it, or moved it to another pack, after the index was read.
    const second = await readBlob(this.backend, key, (await this.refresh(signal)).all(type, id), signal)
    if (Buffer.isBuffer(second)) return second
    throw second ?? this.#unindexed(type, id)
  }

  /** What is damaged may be what was kept of it. */
  async #distrust(damage: BlackstartError): Promise<void> {
    await this.#cache?.drop('pack', String(damage.facts.name))
    this.#windows = this.#windowed()
  }

  /** From now on all is read from the storage itself: for work that finds out what is sound. */
  readThrough(): void {
    this.#cache = null
    this.#facts = this.backend
    this.#windows = this.#windowed()
  }

  #windowed(): Backend {
    return windowed(this.#facts, pack => this.#index?.packs.get(pack)?.end ?? null)
  }

  /** The entries of a folder's tree, sorted by name. */
  async tree(id: string, signal: AbortSignal): Promise<readonly TreeNode[]> {
    const nodes = decodeTree(await this.blob('tree', id, signal))
    if (nodes !== null) return nodes
    const pack = this.#index?.find('tree', id)?.pack ?? ''
    throw damaged(this.backend, 'pack', pack, `holds a tree, ${id}, that is no list of files`)
  }

  /** The entry at `path` (`/a/b/c`), or null. The root itself has no entry: null. */
  async find(snapshot: Snapshot, path: string, signal: AbortSignal): Promise<TreeNode | null> {
    let tree: string | undefined = snapshot.tree
    let node: TreeNode | null = null
    for (const name of path.split('/').filter(part => part !== '')) {
      if (tree === undefined) return null
      node = (await this.tree(tree, signal)).find(each => each.name === name) ?? null
      if (node === null) return null
      tree = node.subtree
    }
    return node
  }

  /** The content of a file, blob by blob, each verified before it is given out. */
  async *file(node: TreeNode, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const id of node.content ?? []) yield await this.blob('data', id, signal)
  }

  #unindexed(type: BlobType, id: string): BlackstartError {
    return new BlackstartError(
      'integrity',
      `${this.backend.location}: ${type} blob ${id} is in no index: a file of index/ is missing. Bring it back from another copy, or run repair index.`,
      { facts: { file: 'index/', kind: 'index', blob: id, type } },
    )
  }

  /** Bytes of a blob's plain content; null when the index does not know it. */
  blobBytes(type: BlobType, id: string): number | null {
    const place = this.#index?.find(type, id)
    return place ? plainBytes(place) : null
  }
}

function hostFacts(options: OpenOptions): HostFacts {
  return {
    hostname: options.hostname ?? os.hostname(),
    username: options.username ?? userName(),
    now: options.now ?? (() => new Date()),
    scrypt: options.scrypt ?? defaultCost,
    lockWait: options.lockWait ?? noWait,
    ...(options.onLockLeft === undefined ? {} : { onLockLeft: options.onLockLeft }),
  }
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return '' // a uid without an entry in the user database, as in some containers
  }
}

function refuseEmpty(password: string): void {
  if (password === '') throw new BlackstartError('usage', 'A repository needs a password that is not empty.')
}

/** Key files alone are what a killed init leaves: nothing was ever stored with them. */
async function hasFiles(backend: Backend, signal: AbortSignal): Promise<boolean> {
  for (const kind of ['config', 'snapshot', 'index', 'pack'] as const) {
    for await (const _ of backend.list(kind, signal)) return true
  }
  return false
}

import type { Backend, Upload } from '../../storage/backend.ts'
import type { BlobSource } from '../copy/read-blobs.ts'
import type { IndexedPack } from '../index/index-file.ts'
import { readBackPack } from '../read-back.ts'
import type { FinishedPack } from './pack-builder.ts'

export type PackDone = (pack: IndexedPack, bytes: number) => void

/**
 * Packs on their way into storage, several at once, each read back when it is written. Nothing here rejects: the first
 * failure is kept, ends the others, and `append` then gives every buffer back at once.
 */
export class PackUploads {
  readonly #place: BlobSource
  readonly #backend: Backend
  readonly #end: AbortSignal
  readonly #ready: Promise<void>
  readonly #done: PackDone
  readonly #finishing = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | null = null
  #waiting = 0

  /** Nothing is written before `ready`. `done` hears of each pack once it was read back. `end` gives everything up. */
  constructor(place: BlobSource, end: AbortSignal, done: PackDone, ready = Promise.resolve()) {
    this.#place = place
    this.#backend = place.backend
    this.#end = end
    this.#ready = ready
    this.#done = done
  }

  get failure(): { readonly error: unknown } | null {
    return this.#failure
  }

  /** Bytes that were appended and not yet taken by the storage. */
  get waiting(): number {
    return this.#waiting
  }

  /** One thread's packs, in their order. */
  lane(): PackLane {
    return new PackLane({
      begin: () => this.#begin(),
      add: (bytes, upload) => this.#append(bytes, upload),
      finish: (pack, upload) => this.#finish(pack, upload),
    })
  }

  /** Resolves when the packs that were finished before are written and read back, or have failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#finishing)
  }

  async #begin(): Promise<Upload | null> {
    const { atOnce, holdsUploads } = this.#backend
    while (this.#finishing.size >= (holdsUploads ? 1 : atOnce)) await Promise.race(this.#finishing)
    return await this.#attempt(async () => {
      await this.#ready
      return await this.#backend.upload('pack', this.#end)
    })
  }

  async #append(bytes: Uint8Array, upload: Upload): Promise<void> {
    this.#waiting += bytes.byteLength
    await this.#attempt(() => upload.append(bytes))
    this.#waiting -= bytes.byteLength
    if (this.#failure !== null) await upload.discard()
  }

  /** Not waited for by the lane, whose next pack begins meanwhile. */
  #finish(pack: FinishedPack, upload: Upload): void {
    const { name, blobs, bytes } = pack
    const finishing = this.#attempt(async () => {
      await upload.finish(name)
      await readBackPack(this.#place, pack, this.#end)
      this.#done({ id: name, blobs }, bytes)
    }).then(async () => {
      await upload.discard()
      this.#finishing.delete(finishing)
    })
    this.#finishing.add(finishing)
  }

  async #attempt<Result>(action: () => Promise<Result>): Promise<Result | null> {
    if (this.#failure !== null) return null
    try {
      this.#end.throwIfAborted()
      return await action()
    } catch (error) {
      this.#failure ??= { error }
      return null
    }
  }
}

interface LaneActions {
  begin(): Promise<Upload | null>
  add(bytes: Uint8Array, upload: Upload): Promise<void>
  finish(pack: FinishedPack, upload: Upload): void
}

/** Calls may follow each other without waiting; they take effect in their order. */
export class PackLane {
  readonly #actions: LaneActions
  #upload: Upload | null = null
  #last: Promise<void> = Promise.resolve()

  constructor(actions: LaneActions) {
    this.#actions = actions
  }

  /** Resolves when `bytes` may be used again. */
  append(bytes: Uint8Array): Promise<void> {
    return this.#next(async () => {
      this.#upload ??= await this.#actions.begin()
      if (this.#upload !== null) await this.#actions.add(bytes, this.#upload)
    })
  }

  finish(pack: FinishedPack): Promise<void> {
    return this.#next(async () => {
      if (this.#upload !== null) this.#actions.finish(pack, this.#upload)
      this.#upload = null
    })
  }

  /** Resolves when every call before has taken effect. */
  drained(): Promise<void> {
    return this.#last
  }

  /** Gives up the pack that is open. */
  discard(): Promise<void> {
    return this.#next(async () => {
      await this.#upload?.discard()
      this.#upload = null
    })
  }

  #next(action: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(action)
    return this.#last
  }
}

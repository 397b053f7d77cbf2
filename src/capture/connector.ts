import type { ZodType } from 'zod'

/** What is known of an entry besides its content. A device that does not tell leaves a field out. */
export interface EntryStat {
  /** Permission bits, as in `stat(2)`, without the file type. */
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  readonly user?: string
  readonly group?: string
  /** Nanoseconds since 1970. */
  readonly mtime?: bigint
}

/** One reading of a file: what it was when it was opened, and its bytes. */
export interface Reading {
  readonly stat: EntryStat
  /** Throws rather than end early: a reading that ends without throwing is the whole file. */
  readonly chunks: AsyncIterable<Uint8Array>
}

interface EntryBase {
  /** Relative to the item, `/` between names, never empty, never with `.` or `..` as a name. */
  readonly path: string
}

export interface FolderEntry extends EntryBase {
  readonly type: 'folder'
  readonly stat: EntryStat
}

export interface LinkEntry extends EntryBase {
  readonly type: 'link'
  readonly target: string
  readonly stat: EntryStat
}

export interface FileEntry extends EntryBase {
  readonly type: 'file'
  /**
   * Reads the file from its beginning. Throws `changed-while-read` (at the open or from the chunks) when the file did
   * not hold still; the caller then reads again, a few times. Each reading is finished, or given up, before the next
   * and before the next entry is asked for.
   */
  read(signal: AbortSignal): Promise<Reading>
}

export type Entry = FolderEntry | LinkEntry | FileEntry

/** Keeps a device's and its zone's bandwidth limit and pauses. */
export interface Pace {
  /** Waits until `bytes` more may be taken from, or given to, the device. */
  bytes(bytes: number, signal: AbortSignal): Promise<void>
  /** Waits the device's pause; called between two requests (files, commands). */
  pause(signal: AbortSignal): Promise<void>
}

export interface Timeouts {
  /** Milliseconds until a connection, with its login, must stand. */
  readonly connect: number
  /** Milliseconds without a byte after which a transfer counts as lost. */
  readonly idle: number
}

/** One item, as a connector sees it. */
export interface Target<Options> {
  /** `asset/item`, with which every error message begins. */
  readonly item: string
  /** What is backed up: `program`, `configuration`, `database`, … as the site file says. */
  readonly kind: string
  readonly asset: { readonly id: string; readonly address: string | null }
  readonly options: Options
  /** The site folder; relative paths in `options` start here. */
  readonly folder: string
  /** True for an entry's path that the item leaves out; a folder that is excluded is not entered. */
  excluded(path: string): boolean
  /** The secret of that name. Throws `secret-missing`, which names the command that sets it. */
  secret(name: string): string
  /**
   * Accepts the device's host key or certificate on first sight and remembers it. Throws `host-key` when the device
   * showed another one before. Called after each handshake, before any secret is sent.
   */
  trust(fingerprint: string): void
  readonly pace: Pace
  readonly timeouts: Timeouts
  /** Keeps a fact about the device (`model`, `firmware`, `serial`, `hostKey` …) with the version. */
  observe(fact: string, value: string): void
}

/** A connection that is opened to a device. */
export interface NeededConnection {
  /** `ftp`, `ftps`, `sftp`, `ssh` …: the words that the site file's conduits allow. */
  readonly protocol: string
  readonly transport: 'tcp' | 'udp'
  /** Name or address, as the site file gives it; an IPv6 address without brackets. */
  readonly host: string
  /** Both included. */
  readonly ports: { readonly from: number; readonly to: number }
  /** `control`: the connection itself · `data`: what the protocol opens besides. */
  readonly part: 'control' | 'data'
}

/** What of a target tells where its connections go: neither its secrets nor its folder. */
export type Address<Options> = Pick<Target<Options>, 'item' | 'asset' | 'options'>

export interface Impact {
  readonly capture: 'reads'
  /** `stops`: the machine stands still while it is written to. */
  readonly restore: 'writes' | 'stops' | 'unsupported'
}

/** A way to reach an item. Errors are BlackstartErrors whose sentence begins with `target.item` and tells a technician what to do. */
export interface Connector<Options> {
  readonly kind: string
  /** The item's `options` in the site file; strict, so that an unknown key is an error. */
  readonly options: ZodType<Options>
  readonly impact: Impact
  /** Which device the session lock is taken for, `host:port`-like; null where there is no device (local files). */
  device(target: Target<Options>): string | null
  /**
   * Every connection that a capture or a restore may open, from the site file alone: nothing is opened, looked up or
   * decrypted. Empty where there is none. Throws `site-invalid` where the site file does not say where the device is.
   */
  connections(target: Address<Options>): readonly NeededConnection[]
  /**
   * Changes whenever the content may have changed, as far as a capture could see it; null where the device offers no cheap
   * reading, or none just now. Opens what `connections` tells and no more, in the session that the caller holds; throws as a
   * capture does. A change of what the item excludes leaves it.
   */
  fingerprint?(target: Target<Options>, signal: AbortSignal): Promise<string | null>
  /** Yields every entry of the item, parents before children, each path once. Throws; never yields part of a file. */
  capture(target: Target<Options>, signal: AbortSignal): AsyncIterable<Entry>
  /** Writes the entries to the device. What the device holds besides is left alone. Absent where `impact.restore` is `unsupported`. */
  restore?(target: Target<Options>, entries: AsyncIterable<Entry>, signal: AbortSignal): Promise<void>
}

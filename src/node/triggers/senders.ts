import { isIP, isIPv6, SocketAddress } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Asset } from '../../site/site.ts'
import type { Senders } from './trigger.ts'

/** The addresses of a host name; throws where it has none. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** Milliseconds between two look-ups of the same host name. */
const lookUpEvery = 300_000

/** An address in one spelling: IPv4 also where it came mapped into IPv6, IPv6 without its zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const bare = address.split('%')[0] ?? ''
  return isIPv6(bare) ? new SocketAddress({ address: bare, family: 'ipv6' }).address : bare
}

/** The addresses of a site's assets. Host names are looked up by `keepLookedUp`; one that fails keeps the addresses it had. */
export class AssetSenders implements Senders {
  readonly #byAddress = new Map<string, Asset[]>()
  readonly #assets: readonly Asset[]
  readonly #named: readonly Asset[]
  readonly #resolved = new Map<string, readonly string[]>()

  constructor(assets: readonly Asset[]) {
    this.#assets = assets
    this.#named = assets.filter(({ address }) => address !== null && isIP(address.split('%')[0] ?? '') === 0)
    for (const asset of assets) {
      if (asset.address !== null && !this.#named.includes(asset)) this.#add(asset.address, asset)
    }
  }

  at(address: string): readonly Asset[] {
    const plain = plainAddress(address)
    const named = this.#named.filter(({ id }) => this.#resolved.get(id)?.includes(plain))
    return [...(this.#byAddress.get(plain) ?? []), ...named]
  }

  all(): readonly Asset[] {
    return this.#assets
  }

  /** Looks the host names up now and then, one after the other, until the signal aborts. */
  async keepLookedUp(lookup: Lookup, signal: AbortSignal): Promise<void> {
    while (this.#named.length > 0 && !signal.aborted) {
      await this.lookUp(lookup, signal)
      await sleep(lookUpEvery, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async lookUp(lookup: Lookup, signal: AbortSignal): Promise<void> {
    for (const { id, address } of this.#named) {
      if (signal.aborted) return
      const found = await lookup(address ?? '').catch(() => null) // a network without a name server is no reason to stop
      if (found !== null) this.#resolved.set(id, found.map(plainAddress))
    }
  }

  #add(address: string, asset: Asset): void {
    const plain = plainAddress(address)
    this.#byAddress.set(plain, [...(this.#byAddress.get(plain) ?? []), asset])
  }
}

import type { Target } from '../connector.ts'
import type { SshConnection } from '../ssh/connect-ssh.ts'
import type { CliPeer } from './cli-failure.ts'
import type { CliModel } from './cli-model.ts'

/** A logged-in device and how to talk with it. */
export interface CliLink {
  readonly target: Pick<Target<unknown>, 'item' | 'pace' | 'timeouts'>
  readonly connection: SshConnection
  readonly model: CliModel
  readonly peer: CliPeer
  /** Name and value of the enable password; null where the item has none. */
  readonly enable: { readonly name: string; readonly password: string } | null
}

/** The most bytes that a device may send for one command. */
export const outputLimit = 64 * 2 ** 20

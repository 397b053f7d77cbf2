import { blackstartPeer } from './blackstart-peer.ts'
import { borgPeer } from './borg-peer.ts'
import { copyPeer } from './copy-peer.ts'
import type { Peer } from './peer.ts'
import type { Programs } from './programs.ts'
import { resticPeer } from './restic-peer.ts'

export const peerNames = ['ours', 'restic', 'borg', 'borg-zstd', 'cp'] as const
export type PeerName = (typeof peerNames)[number]

export function peerCalled(name: PeerName, programs: Programs): Peer {
  if (name === 'ours') return blackstartPeer(programs)
  if (name === 'restic') return resticPeer(programs)
  if (name === 'borg') return borgPeer(name, 'lz4', programs)
  if (name === 'borg-zstd') return borgPeer(name, 'zstd,3', programs)
  return copyPeer()
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type FtpDeviceOptions, type FtpFaults, startFtpDevice } from '../../../lab/devices/ftp-device.ts'
import { makeCertificate } from '../../../lab/peers/ftp-certificate.ts'
import { type ContractCase, connectorContract, contractTree, type Given, testTarget } from '../contract.ts'
import { ftp } from './ftp.ts'
import { type FtpOptions, ftpOptions } from './ftp-options.ts'

const password = 'correct horse battery'
const longest = Math.max(...contractTree.map(entry => (entry.type === 'file' ? entry.content.length : 0)))

async function simulated(
  device: Partial<FtpDeviceOptions> = {},
  options: Record<string, unknown> = {},
): Promise<ContractCase<FtpOptions>> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'blackstart-ftp-'))
  const running = await startFtpDevice({ root, user: 'backup', password, ...device })
  const faults: FtpFaults = running.faults
  const chosen = ftpOptions.parse({ path: '/item/', port: running.port, user: 'backup', ...options })
  return {
    connector: ftp,
    secrets: [password],
    target: overrides => testTarget({ options: chosen, secret: () => password, ...overrides }),
    fill: given => fill(path.join(root, 'item'), given),
    async cutOff(point, points) {
      for (const fault of Object.keys(faults)) Reflect.deleteProperty(faults, fault)
      Object.assign(faults, faultAt(point, points))
      return {}
    },
    async goSilent() {
      faults.stallAfterBytes = 1000
    },
    sessions: () => ({ open: running.sessions.now, most: running.sessions.most }),
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** The control connection lost at a command, the data connection reset or closed, or short and called complete. */
function faultAt(point: number, points: number): FtpFaults {
  const bytes = Math.floor(((longest - 1) * point) / points)
  if (point % 4 === 0) return { cutControlAfterCommands: point }
  if (point % 4 === 1) return { cutDataAfterBytes: bytes }
  if (point % 4 === 2) return { cutDataAfterBytes: bytes, cutHow: 'close' }
  return { silentTruncate: bytes }
}

async function fill(root: string, given: readonly Given[]): Promise<void> {
  await rm(root, { recursive: true, force: true })
  await mkdir(root)
  for (const entry of given) {
    if (entry.type === 'folder') await mkdir(path.join(root, entry.path))
    else if (entry.type === 'file') await writeFile(path.join(root, entry.path), entry.content)
  }
}

connectorContract('ftp', simulated)
connectorContract('ftp over TLS', () => simulated({ tls: makeCertificate() }, { tls: 'explicit' }))
connectorContract('ftp from a device without MLSD, SIZE, MDTM and EPSV, with one session', () =>
  simulated({ quirks: { feat: false, mlsd: false, size: false, mdtm: false, epsv: false, maxSessions: 1 } }),
)

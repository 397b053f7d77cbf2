import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
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
    else if (entry.type === 'file') {
      const at = path.join(root, entry.path)
      await writeFile(at, entry.content)
      await utimes(at, oddSecond(), oddSecond()) // a device whose times are all whole minutes is taken for a coarse one
    }
  }
}

function oddSecond(): number {
  return Math.floor(Date.now() / 1000) | 1
}

connectorContract('ftp', simulated)
connectorContract('ftp over TLS', () => simulated({ tls: makeCertificate() }, { tls: 'explicit' }))
connectorContract('ftp from a device without MLSD, SIZE, MDTM and EPSV, with one session', async () => ({
  ...(await simulated({
    quirks: { feat: false, mlsd: false, size: false, mdtm: false, epsv: false, maxSessions: 1 },
  })),
  noFingerprint: 'its listings tell neither zone nor seconds',
}))

test('listings that tell no seconds are no fingerprint', async () => {
  await using coarse = await simulated({ quirks: { feat: false, mlsd: false } })
  await coarse.fill(contractTree)
  assert.equal(await ftp.fingerprint!(coarse.target(), AbortSignal.timeout(20_000)), null)
})

test('files that no listing shows count by SIZE and MDTM', async () => {
  await using device = await simulated({}, { list: 'none', hidden: ['visu.dat', 'one.bin'] })
  await device.fill(contractTree)
  const read = () => ftp.fingerprint!(device.target(), AbortSignal.timeout(20_000))
  const first = await read()
  assert.equal(typeof first, 'string')
  await device.fill(
    contractTree.map(given => (given.path === 'visu.dat' ? { ...given, content: Buffer.from('x') } : given)),
  )
  assert.notEqual(await read(), first)
})

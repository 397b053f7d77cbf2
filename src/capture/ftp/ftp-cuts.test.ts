import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { type FtpFaults, type FtpQuirks, startFtpDevice } from '../../../lab/devices/ftp-device.ts'
import { entriesOf, ftpTarget, readEntries } from '../../../lab/devices/ftp-target.ts'
import { BlackstartError, type ErrorCode } from '../../errors.ts'
import { ftp } from './ftp.ts'

const signal = AbortSignal.timeout(60_000)
const BYTES = 200_000
const timeouts = { connect: 1000, idle: 800 }
let root = ''

before(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'blackstart-ftp-'))
  await writeFile(path.join(root, 'MAIN.PRG'), Buffer.alloc(BYTES, 'program '))
})
after(() => rm(root, { recursive: true }))

interface Cut {
  readonly where: string
  readonly faults: FtpFaults
  readonly quirks?: FtpQuirks
  readonly code: ErrorCode
  readonly says: RegExp
}

const lost = (doing: string) =>
  new RegExp(`the connection to 127\\.0\\.0\\.1:\\d+ was lost ${doing}\\. Check its cable and power`)
const incomplete =
  /closed the data connection of "MAIN\.PRG" without saying that it is complete\. Nothing of it was kept; capture again/
const brokeOff =
  /broke off while reading "MAIN\.PRG" \(426 .*\)\. Nothing of it was kept; check the device and capture again/
const silent = /fell silent for 0\.8 s while reading "MAIN\.PRG"\. Check the device, its cable and its load/
const short = (bytes: number) =>
  new RegExp(
    `sent ${bytes} of the ${BYTES} bytes of "//?MAIN\\.PRG" and called it complete\\. Nothing of it was kept; capture again`,
  )

const cuts: Cut[] = [
  {
    where: 'before the greeting',
    faults: { greeting: 'close' },
    code: 'connection-lost',
    says: lost('while connecting'),
  },
  {
    where: 'no greeting',
    faults: { greeting: 'silent' },
    code: 'timeout',
    says: /did not answer within 1 s\. Check its power, its cable/,
  },
  {
    where: 'sessions all taken',
    faults: { greeting: 'busy' },
    code: 'device-busy',
    says: /has no free FTP session \(421 .*\)\. Close other FTP programs/,
  },
  {
    where: 'too many users at the password',
    faults: { replies: { PASS: '530 Too many users logged in.' } },
    code: 'device-busy',
    says: /has no free FTP session \(530 .*\)/,
  },
  { where: 'at the user name', faults: { cutControlAt: 'USER' }, code: 'connection-lost', says: lost('at the login') },
  { where: 'at the password', faults: { cutControlAt: 'PASS' }, code: 'connection-lost', says: lost('at the login') },
  {
    where: 'silent at the password',
    faults: { silentAt: 'PASS' },
    code: 'timeout',
    says: /(fell silent for 1 s at the login|did not finish the login within 1 s)\. Check/,
  },
  {
    where: 'at the transfer type',
    faults: { cutControlAt: 'TYPE' },
    code: 'connection-lost',
    says: lost('at the login'),
  },
  { where: 'at the folder', faults: { cutControlAt: 'CWD' }, code: 'connection-lost', says: lost('while listing "/"') },
  {
    where: 'at the passive port',
    faults: { cutControlAt: 'EPSV' },
    code: 'connection-lost',
    says: lost('while listing "/"'),
  },
  {
    where: 'at the listing',
    faults: { cutControlAt: 'MLSD' },
    code: 'connection-lost',
    says: lost('while listing "/"'),
  },
  {
    where: 'the listing reset',
    faults: { on: ['MLSD'], cutDataAfterBytes: 20 },
    code: 'connection-lost',
    says: lost('while listing "/"'),
  },
  {
    where: 'the listing closed',
    faults: { on: ['MLSD'], cutDataAfterBytes: 20, cutHow: 'close' },
    code: 'truncated',
    says: /closed the data connection of "\/" without saying/,
  },
  {
    where: 'the listing short, and called complete',
    faults: { on: ['MLSD'], silentTruncate: 5 },
    code: 'truncated',
    says: /sent only a part of the listing of "\/" and called it complete/,
  },
  {
    where: 'at the size',
    faults: { cutControlAt: 'SIZE' },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'at the time',
    faults: { cutControlAt: 'MDTM' },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'at the order to send',
    faults: { cutControlAt: 'RETR' },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'data reset before the first byte',
    faults: { cutDataAfterBytes: 0 },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'data reset at the first byte',
    faults: { cutDataAfterBytes: 1 },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'data reset in the middle',
    faults: { cutDataAfterBytes: BYTES / 2 },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'data reset before the last byte',
    faults: { cutDataAfterBytes: BYTES - 1 },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'data closed before the first byte',
    faults: { cutDataAfterBytes: 0, cutHow: 'close' },
    code: 'truncated',
    says: incomplete,
  },
  {
    where: 'data closed in the middle',
    faults: { cutDataAfterBytes: BYTES / 2, cutHow: 'close' },
    code: 'truncated',
    says: incomplete,
  },
  {
    where: 'data closed in the middle, told with 426',
    faults: { cutDataAfterBytes: BYTES / 2, cutHow: 'reply-426' },
    code: 'truncated',
    says: brokeOff,
  },
  { where: 'data silent before the first byte', faults: { stallAfterBytes: 0 }, code: 'timeout', says: silent },
  { where: 'data silent in the middle', faults: { stallAfterBytes: BYTES / 2 }, code: 'timeout', says: silent },
  {
    where: 'control lost in the middle',
    faults: { cutControlAfterBytes: BYTES / 2 },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'control lost after the last byte',
    faults: { cutControlAfterBytes: BYTES },
    code: 'connection-lost',
    says: lost('while reading "MAIN\\.PRG"'),
  },
  {
    where: 'every byte sent, completion never told',
    faults: { closeWithout226: true },
    code: 'truncated',
    says: incomplete,
  },
  {
    where: 'one byte short, and called complete',
    faults: { silentTruncate: 1 },
    code: 'truncated',
    says: short(BYTES - 1),
  },
  { where: 'nothing sent, and called complete', faults: { silentTruncate: BYTES }, code: 'truncated', says: short(0) },
  {
    where: 'one byte short of the listed size, and called complete',
    faults: { silentTruncate: 1 },
    quirks: { feat: false, mlsd: false, size: false, mdtm: false, epsv: false },
    code: 'truncated',
    says: short(BYTES - 1),
  },
]

for (const { where, faults, quirks, code, says } of cuts) {
  test(`a capture that is cut off fails and says what to do: ${where}`, async () => {
    await using device = await startFtpDevice({ root, faults, ...(quirks === undefined ? {} : { quirks }) })
    const target = ftpTarget(device.address, {}, { timeouts })
    await assert.rejects(readEntries(ftp.capture(target, signal), signal), (error: unknown) => {
      assert.ok(error instanceof BlackstartError)
      assert.equal(error.code, code)
      assert.match(error.message, /^plc-filler\/program: /)
      assert.match(error.message, says)
      assert.ok(error.retry)
      return true
    })
    assert.ok(device.sessions.most <= 1)
  })
}

test('a capture fails wherever the control connection is lost, command by command', async () => {
  await using whole = await startFtpDevice({ root })
  await readEntries(ftp.capture(ftpTarget(whole.address), signal), signal)
  const count = whole.commands.indexOf('QUIT')
  assert.ok(count > 12)
  for (let number = 1; number <= count; number += 1) {
    await using device = await startFtpDevice({ root, faults: { cutControlAfterCommands: number } })
    const capture = readEntries(ftp.capture(ftpTarget(device.address, {}, { timeouts }), signal), signal)
    await assert.rejects(capture, {
      code: 'connection-lost',
      message: /^plc-filler\/program: the connection to .* was lost /,
    })
  }
})

test('a restore that fails after whole files says that the device holds files of two versions', async () => {
  await using device = await startFtpDevice({
    root,
    user: 'anonymous',
    faults: { on: ['STOR'], cutDataAfterBytes: 50_000 },
  })
  const entries = entriesOf(
    new Map([
      ['A.PRG', Buffer.from('small')],
      ['B.PRG', Buffer.alloc(BYTES, 'new')],
    ]),
  )
  await assert.rejects(async () => ftp.restore?.(ftpTarget(device.address, {}, { timeouts }), entries, signal), {
    code: 'connection-lost',
    message: /writing "B\.PRG".*may hold a part of that file\. One file was written before that.*: restore again/,
  })
})

const restoreCuts: Omit<Cut, 'quirks'>[] = [
  {
    where: 'at the order to store',
    faults: { cutControlAt: 'STOR' },
    code: 'connection-lost',
    says: lost('while writing "NEW\\.PRG"'),
  },
  {
    where: 'in the middle',
    faults: { on: ['STOR'], cutDataAfterBytes: 50_000 },
    code: 'connection-lost',
    says: lost('while writing "NEW\\.PRG"'),
  },
  {
    where: 'never confirmed',
    faults: { on: ['STOR'], closeWithout226: true },
    code: 'timeout',
    says: /fell silent for 0\.8 s while writing "NEW\.PRG"/,
  },
  {
    where: 'memory full',
    faults: { replies: { STOR: '552 Disk full.' } },
    code: 'disk-full',
    says: /has no room for "NEW\.PRG" \(552 Disk full\.\)\. Make room on the device/,
  },
  {
    where: 'not allowed',
    faults: { replies: { STOR: '550 Permission denied.' } },
    code: 'permission',
    says: /does not let user "anonymous" write "NEW\.PRG"/,
  },
  {
    where: 'confirmed, but short',
    faults: { on: ['STOR'], silentTruncate: 7 },
    code: 'truncated',
    says: /kept 199993 of the 200000 bytes written to "\/NEW\.PRG"\. Do not start the machine/,
  },
]

for (const { where, faults, code, says } of restoreCuts) {
  test(`a restore that is cut off fails and says what to do: ${where}`, async () => {
    await using device = await startFtpDevice({ root, faults })
    const target = ftpTarget(device.address, {}, { timeouts })
    const entries = entriesOf(new Map([['NEW.PRG', Buffer.alloc(BYTES, 'new')]]))
    await assert.rejects(
      async () => ftp.restore?.(target, entries, signal),
      (error: unknown) => {
        assert.ok(error instanceof BlackstartError)
        assert.equal(error.code, code)
        assert.match(error.message, says)
        return true
      },
    )
  })
}

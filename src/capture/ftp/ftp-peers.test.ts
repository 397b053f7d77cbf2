import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { entriesOf, ftpTarget, readEntries } from '../../../lab/devices/ftp-target.ts'
import type { FtpServer } from '../../../lab/peers/ftp-server.ts'
import { proftpdLacks, startProftpd } from '../../../lab/peers/proftpd.ts'
import { startVsftpd, vsftpdLacks } from '../../../lab/peers/vsftpd.ts'
import { ftp } from './ftp.ts'

const signal = AbortSignal.timeout(60_000)

type Content = Map<string, Buffer | string | null>

/** Nested folders, empty ones, an empty file, names with blanks, umlauts and Cyrillic, 5 MB. */
const content: Content = new Map<string, Buffer | string | null>([
  [' leading blank', Buffer.from('before')],
  ['-dash', Buffer.from('dash')],
  ['.hidden', Buffer.from('dot')],
  ['Überwachung größe.txt', Buffer.from('äöü')],
  ['a b  c.txt', Buffer.from('blanks')],
  ['big.bin', randomBytes(5_000_000)],
  ['empty', Buffer.alloc(0)],
  ['empty folder', null],
  ['plc', null],
  ['plc/программа', null],
  ['plc/программа/deep', null],
  ['plc/программа/deep/Main.TcPOU', Buffer.from('\r\n\n\r\0\xff', 'latin1')],
])

/** As the server's account. */
async function fill(root: string, files: Content): Promise<void> {
  const owner = await stat(root)
  for (const [name, bytes] of files) {
    const full = path.join(root, name)
    if (bytes === null) await mkdir(full, { mode: 0o777 })
    else if (typeof bytes === 'string') await symlink(bytes.slice(3), full)
    else await writeFile(full, bytes)
    if (typeof bytes === 'string') continue
    await utimes(full, 1_700_000_000, 1_700_000_000)
    await chown(full, owner.uid, owner.gid)
  }
}

function targetOf(server: FtpServer, options: Record<string, unknown> = {}) {
  return ftpTarget(server.address, { user: server.user, ...options }, { password: server.password })
}

async function capturesAndRestores(server: FtpServer, options: Record<string, unknown> = {}): Promise<void> {
  const started = performance.now()
  await fill(server.root, content)
  const target = targetOf(server, options)
  const captured = await readEntries(ftp.capture(target, signal), signal)
  assert.deepEqual(captured, content)
  for (const name of content.keys()) await rm(path.join(server.root, name), { recursive: true, force: true })
  await fill(server.root, new Map([['restored', null]]))
  await ftp.restore?.(targetOf(server, { ...options, path: '/restored' }), entriesOf(captured), signal)
  const again = await readEntries(ftp.capture(targetOf(server, { ...options, path: '/restored/' }), signal), signal)
  assert.deepEqual(again, content)
  assert.deepEqual(await readFile(path.join(server.root, 'restored/big.bin')), content.get('big.bin'))
  assert.equal(
    target.paced.bytes,
    [...content.values()].reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0),
  )
  assert.ok(performance.now() - started < 20_000)
}

test('vsftpd: capture and restore are identical, without MLSD', { skip: vsftpdLacks() ?? false }, async () => {
  await using server = await startVsftpd()
  await capturesAndRestores(server)
})

test('vsftpd: links are kept as links, and restoring says which ones FTP cannot make', {
  skip: vsftpdLacks() ?? false,
}, async () => {
  await using server = await startVsftpd()
  const linked: Content = new Map<string, Buffer | string | null>([
    ['current', '-> v12'],
    ['loop', '-> .'],
    ['v12', Buffer.from('12')],
  ])
  await fill(server.root, linked)
  const captured = await readEntries(ftp.capture(targetOf(server), signal), signal)
  assert.deepEqual(captured, linked)
  await ftp.restore?.(targetOf(server), entriesOf(captured), signal)
  await rm(path.join(server.root, 'current'))
  await assert.rejects(async () => ftp.restore?.(targetOf(server), entriesOf(captured), signal), {
    code: 'unsupported',
    message: /everything but 1 link\(s\) was written .*: current\. Make them on the device by hand/,
  })
})

test('vsftpd: names in Latin-1 are captured when the item says so, and a clear error otherwise', {
  skip: vsftpdLacks() ?? false,
}, async () => {
  await using server = await startVsftpd()
  await writeFile(Buffer.from(`${server.root}/Gr\xf6\xdfe`, 'latin1'), 'eight bits')
  await assert.rejects(readEntries(ftp.capture(targetOf(server), signal), signal), {
    code: 'protocol',
    message: /which is not UTF-8\. Set options\.encoding: latin1\.$/,
  })
  const captured = await readEntries(ftp.capture(targetOf(server, { encoding: 'latin1' }), signal), signal)
  assert.deepEqual(captured, new Map([['Größe', Buffer.from('eight bits')]]))
})

for (const tls of ['explicit', 'implicit'] as const) {
  test(`vsftpd: ${tls} TLS, the certificate seen before the password, resumed on data connections`, {
    skip: vsftpdLacks() ?? false,
  }, async () => {
    await using server = await startVsftpd(tls)
    await capturesAndRestores(server, { tls })
    const target = targetOf(server, { tls, legacyTls: true })
    await readEntries(ftp.capture(target, signal), signal)
    assert.equal(target.trusted.length, 1)
    assert.match(target.trusted[0] ?? '', /^sha256:[0-9A-F:]{95}$/)
    await assert.rejects(readEntries(ftp.capture(targetOf(server, { tls, certificate: 'ca' }), signal), signal), {
      code: 'host-key',
      message: /is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. Give its authority with options\.ca/,
    })
  })
}

test('proftpd: capture and restore are identical, with MLSD', { skip: proftpdLacks() ?? false }, async () => {
  await using server = await startProftpd()
  await capturesAndRestores(server)
})

test('proftpd: what the user may neither read nor write is told as such', {
  skip: proftpdLacks() ?? false,
}, async () => {
  await using server = await startProftpd()
  await writeFile(path.join(server.root, 'MAIN.PRG'), 'theirs', { mode: 0o600 })
  await chown(server.root, 0, 0)
  const read = async () => readEntries(ftp.capture(targetOf(server), signal), signal)
  await assert.rejects(read, { code: 'permission', message: /does not let user ".*" read "\/?MAIN\.PRG" \(550 / })
  for (const size of [0, 5, 300_000]) {
    const write = async () =>
      ftp.restore?.(targetOf(server), entriesOf(new Map([['MAIN.PRG', Buffer.alloc(size)]])), signal)
    await assert.rejects(write, { code: 'permission', message: /write "MAIN\.PRG" \(550 .*Give it the right to write/ })
  }
})

test('proftpd: links that MLSD tells without their targets are found out', {
  skip: proftpdLacks() ?? false,
}, async () => {
  await using server = await startProftpd()
  const linked: Content = new Map<string, Buffer | string | null>([
    ['current', '-> v12'],
    ['v12', Buffer.from('12')],
  ])
  await fill(server.root, linked)
  assert.deepEqual(await readEntries(ftp.capture(targetOf(server), signal), signal), linked)
})

test('a wrong password is told with the command that sets it, and is never shown', {
  skip: vsftpdLacks() ?? false,
}, async () => {
  await using server = await startVsftpd()
  const target = ftpTarget(server.address, { user: server.user }, { password: 'Sesam-0815' })
  await assert.rejects(readEntries(ftp.capture(target, signal), signal), (error: Error & { code: string }) => {
    assert.equal(error.code, 'login-refused')
    assert.match(
      error.message,
      /^plc-filler\/program: .*refused the login for user "bs\w+" \(530.*Check secrets set plc-filler\.$/,
    )
    assert.ok(!JSON.stringify([error.message, error.stack, String(error.cause)]).includes('Sesam'))
    return true
  })
})

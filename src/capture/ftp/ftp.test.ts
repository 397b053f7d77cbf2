import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FtpDevice, type FtpDeviceOptions, startFtpDevice } from '../../../lab/devices/ftp-device.ts'
import { entriesOf, ftpTarget, readEntries } from '../../../lab/devices/ftp-target.ts'
import type { RecordingTarget } from '../../../lab/devices/recording-target.ts'
import { makeCertificate } from '../../../lab/peers/ftp-certificate.ts'
import { BlackstartError } from '../../errors.ts'
import type { FileEntry } from '../connector.ts'
import { ftp } from './ftp.ts'
import type { FtpOptions } from './ftp-options.ts'
import { ftpOptions } from './ftp-options.ts'
import { FtpSession } from './ftp-session.ts'
import { walkDevice } from './walk-device.ts'

const signal = AbortSignal.timeout(60_000)
const timeouts = { connect: 2000, idle: 1000 }
let folder = ''
let root = ''

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-ftp-'))
  root = path.join(folder, 'device')
  await mkdir(path.join(root, 'cfg/sub'), { recursive: true })
  await writeFile(path.join(root, 'cfg/sub/axis.txt'), 'axis')
  await writeFile(path.join(root, 'cfg/net.txt'), 'net')
  await writeFile(path.join(root, 'MAIN.PRG'), Buffer.alloc(300_000, 'program '))
  await writeFile(path.join(root, 'backdate.dt'), '26-JAN-31')
})
after(() => rm(folder, { recursive: true }))

const start = (more: Partial<FtpDeviceOptions> = {}) => startFtpDevice({ root, ...more })
const captured = (target: RecordingTarget<FtpOptions>) => readEntries(ftp.capture(target, signal), signal)
const names = async (target: RecordingTarget<FtpOptions>) => [...(await captured(target)).keys()]
const everything = ['MAIN.PRG', 'backdate.dt', 'cfg', 'cfg/net.txt', 'cfg/sub', 'cfg/sub/axis.txt']

async function released(device: FtpDevice): Promise<void> {
  for (let tries = 0; tries < 50 && device.sessions.now > 0; tries += 1) await sleep(20)
  assert.equal(device.sessions.now, 0)
}

for (const listStyle of ['unix', 'dos', 'fanuc', 'garbled'] as const) {
  test(`a device without MLSD, SIZE, MDTM, EPSV and FEAT, with one session and a ${listStyle} listing, is captured whole`, async () => {
    const quirks = { maxSessions: 1, feat: false, mlsd: false, size: false, mdtm: false, epsv: false, listStyle }
    await using device = await start({ quirks })
    const target = ftpTarget(device.address)
    assert.deepEqual((await names(target)).sort(), everything)
    assert.match(
      target.facts.get('completeness') ?? '',
      listStyle === 'garbled' ? /^completion reply only/ : /^size in the listing/,
    )
    assert.equal(device.commands.at(-1), 'QUIT')
    await released(device)
    assert.deepEqual(device.sessions, { now: 0, most: 1, refused: 0 })
  })
}

test('a FANUC-like robot: prefix, pattern, and a file that only its name can get', async () => {
  const quirks = {
    maxSessions: 1,
    feat: false,
    mlsd: false,
    epsv: false,
    listStyle: 'fanuc',
    hiddenFiles: ['backdate.dt'],
    devicePrefix: 'MD:',
  } as const
  await using device = await start({ quirks })
  const options = { path: 'MD:', pattern: '*.*', hidden: ['backdate.dt'], recursive: false }
  const got = await captured(ftpTarget(device.address, options))
  assert.deepEqual([...got.keys()], ['MAIN.PRG', 'backdate.dt'])
  assert.equal(got.get('backdate.dt')?.toString(), '26-JAN-31')
  assert.ok(device.commands.includes('CWD MD:') && device.commands.includes('LIST *.*'))
})

test('a hidden file that the device lacks is a failure that says which option names it', async () => {
  await using device = await start()
  await assert.rejects(captured(ftpTarget(device.address, { hidden: ['secret.dt'] })), {
    code: 'missing',
    message: /has no "secret\.dt" \(550 .*\)\. Correct options\.path or options\.hidden/,
  })
})

test('files and folders may be named one by one, and each keeps its place', async () => {
  await using device = await start()
  const paths = { path: ['/cfg/sub', '/MAIN.PRG', '/cfg/net.txt'] }
  assert.deepEqual(await names(ftpTarget(device.address, paths)), [
    'cfg',
    'cfg/sub',
    'cfg/sub/axis.txt',
    'MAIN.PRG',
    'cfg/net.txt',
  ])
  assert.deepEqual(await names(ftpTarget(device.address, { path: '/cfg/net.txt' })), ['net.txt'])
  assert.deepEqual(await names(ftpTarget(device.address, { path: 'cfg/sub' })), ['axis.txt'])
  device.commands.length = 0
  assert.deepEqual(
    await names(ftpTarget(device.address, { list: 'none', path: ['/cfg/', '/MAIN.PRG'], hidden: ['net.txt'] })),
    ['cfg', 'cfg/net.txt', 'MAIN.PRG'],
  )
  assert.ok(!device.commands.some(command => /^(LIST|NLST|MLSD)/.test(command)))
  await assert.rejects(names(ftpTarget(device.address, { path: '/nowhere' })), { code: 'missing' })
  for (const overlap of [['/cfg', '/cfg/sub'], ['/', '/cfg'], ['/../x']]) {
    await assert.rejects(names(ftpTarget(device.address, { path: overlap })), { code: 'site-invalid' })
  }
})

test('what is excluded is neither listed nor read', async () => {
  await using device = await start()
  const target = ftpTarget(device.address, {}, { excluded: entry => entry === 'cfg/sub' || entry === 'MAIN.PRG' })
  assert.deepEqual(await names(target), ['backdate.dt', 'cfg', 'cfg/net.txt'])
  assert.ok(!device.commands.some(command => command === 'CWD /cfg/sub' || command === 'RETR MAIN.PRG'))
})

test('what a version is restored from lands under its names, with folders made, and reads back the same', async () => {
  for (const options of [
    { path: '/' },
    { path: ['/cfg/sub', '/MAIN.PRG', '/cfg/net.txt'] },
    { path: '/cfg/net.txt' },
    { path: 'cfg' },
  ]) {
    await using device = await start()
    const version = await captured(ftpTarget(device.address, options))
    const empty = await mkdtemp(path.join(folder, 'new-'))
    await using replacement = await startFtpDevice({ root: empty, quirks: { maxSessions: 1, slowRelease: 100 } })
    await ftp.restore?.(ftpTarget(replacement.address, options), entriesOf(version), signal)
    assert.deepEqual(await captured(ftpTarget(replacement.address, options)), version)
    assert.equal(await readFile(path.join(empty, 'cfg/net.txt'), 'utf8'), 'net')
  }
})

test('entries that have no place under options.path are refused', async () => {
  await using device = await start()
  const target = ftpTarget(device.address, { path: ['/cfg', '/MAIN.PRG'] })
  await assert.rejects(
    async () => ftp.restore?.(target, entriesOf(new Map([['other.txt', Buffer.from('x')]])), signal),
    {
      code: 'mismatch',
      message: /has no place on .* Put back the options\.path/,
    },
  )
})

test('a file that changes while it is read says so, and can be read again in the same session', async () => {
  for (const size of [true, false]) {
    const own = await mkdtemp(path.join(folder, 'own-'))
    await writeFile(path.join(own, 'log'), 'x'.repeat(100))
    const faults = size ? { changeWhileRead: true } : {}
    await using device = await startFtpDevice({ root: own, quirks: { size, mdtm: size, maxSessions: 1 }, faults })
    for await (const entry of ftp.capture(ftpTarget(device.address), signal)) {
      assert.ok(entry.type === 'file')
      if (!size) await writeFile(path.join(own, 'log'), 'y'.repeat(120))
      const first = await entry.read(signal)
      await assert.rejects(Array.fromAsync(first.chunks), { code: 'changed-while-read', retry: true })
      device.faults.changeWhileRead = false
      const again = await Array.fromAsync((await entry.read(signal)).chunks)
      assert.equal(Buffer.concat(again).length, size ? 101 : 120)
    }
    assert.equal(device.sessions.most, 1)
  }
})

test('a reader that stops early ends the transfer, and the next file comes over a new session, one at a time', async () => {
  await using device = await start({ quirks: { maxSessions: 1, slowRelease: 150 } })
  const seen: string[] = []
  for await (const entry of ftp.capture(ftpTarget(device.address, { recursive: false }), signal)) {
    seen.push(entry.path)
    for await (const _chunk of (await (entry as FileEntry).read(signal)).chunks) break
  }
  assert.deepEqual(seen, ['MAIN.PRG', 'backdate.dt'])
  assert.equal(device.sessions.most, 1)
})

test('a capture that is given up says goodbye', async () => {
  await using device = await start({ quirks: { maxSessions: 1 } })
  for await (const _entry of ftp.capture(ftpTarget(device.address), signal)) break
  assert.equal(device.commands.at(-1), 'QUIT')
  await released(device)
})

test('an abort in the middle of a transfer ends at once with its reason, and frees the session within a second', async () => {
  for (const faults of [
    { stallAfterBytes: 100_000 },
    { silentAt: 'SIZE' },
    { silentAt: 'PASS' },
    { greeting: 'silent' as const },
  ]) {
    await using device = await start({ faults, quirks: { maxSessions: 1 } })
    const abort = new AbortController()
    const reason = new Error('the red button')
    const target = ftpTarget(device.address, {}, { timeouts: { connect: 20_000, idle: 20_000 } })
    const capture = readEntries(ftp.capture(target, abort.signal), abort.signal)
    const failed = assert.rejects(capture, reason)
    await sleep(100)
    const started = performance.now()
    abort.abort(reason)
    await failed
    await released(device)
    assert.ok(performance.now() - started < 1000)
  }
})

test('the pace is kept for every chunk, and a slow pace is no timeout', async () => {
  await using device = await start()
  const rate = 100_000
  let most = 0
  const target = ftpTarget(
    device.address,
    { path: '/MAIN.PRG' },
    {
      timeouts: { connect: 1000, idle: 500 },
      pace: {
        async bytes(bytes, abort) {
          most = Math.max(most, bytes)
          await sleep((bytes / rate) * 1000, undefined, { signal: abort })
        },
        pause: () => Promise.resolve(),
      },
    },
  )
  const started = performance.now()
  await captured(target)
  assert.ok(performance.now() - started > (300_000 / rate) * 1000 - 20)
  assert.ok(most <= 65_536)
  const paced = ftpTarget(device.address)
  await captured(paced)
  assert.equal(paced.paced.bytes, 300_000 + 9 + 3 + 4)
  assert.ok(paced.paced.pauses >= 4 + 3, 'a pause before each file and each folder')
})

test('a device behind address translation is reached where it was connected, whatever PASV says', async () => {
  await using device = await start({ quirks: { epsv: false, pasvHost: '10.9.8.7' } })
  assert.deepEqual((await names(ftpTarget(device.address))).sort(), everything)
})

const hostile: Record<string, string> = {
  'leads out': 'type=file;size=1; ../../etc/passwd\r\n',
  'is absolute': 'type=file;size=1; /etc/passwd\r\n',
  'holds NUL': 'type=file;size=1; a\0b\r\n',
  'holds a line break': 'type=file;size=1; a\rb\r\n',
  'is 4,000 bytes long': `type=file;size=1; ${'n'.repeat(4000)}\r\n`,
  'is not UTF-8': 'type=file;size=1; a\ufffd\r\n',
  'comes twice, and not alike': 'type=file;size=1; x\r\ntype=dir; x\r\n',
}
for (const [what, listing] of Object.entries(hostile)) {
  test(`a name that ${what} is a clear error`, async () => {
    await using device = await start({ faults: { listing } })
    await assert.rejects(names(ftpTarget(device.address, { list: 'mlsd' })), (error: unknown) => {
      assert.ok(error instanceof BlackstartError)
      assert.equal(error.code, 'protocol')
      assert.match(error.message, /^plc-filler\/program: 127\.0\.0\.1:\d+ lists .*\. .+\.$/)
      assert.ok(error.message.length < 500 && !/\p{Cc}/u.test(error.message))
      return true
    })
  })
}

test('folders without end, and lists without end, are stopped', async () => {
  await using device = await start({ faults: { listing: 'type=dir; deeper\r\n', replies: { CWD: '250 OK.' } } })
  await assert.rejects(names(ftpTarget(device.address)), {
    code: 'protocol',
    message: /shows folders 64 deep, at .* may lead in a circle/,
  })
  device.faults.listing = Array.from({ length: 101 }, (_, number) => `type=file;size=1; ${number}\r\n`).join('')
  await using session = new FtpSession(ftpTarget(device.address), signal)
  await assert.rejects(Array.fromAsync(walkDevice(session, { depth: 3, entries: 100 }, signal)), {
    message: /more than 100 entries/,
  })
})

test('the same line twice is one file, and what is neither file nor folder is named', async () => {
  await using device = await start({
    faults: { listing: 'type=file;size=9; backdate.dt\r\ntype=file;size=9; backdate.dt\r\n' },
  })
  assert.deepEqual(await names(ftpTarget(device.address)), ['backdate.dt'])
  device.faults.listing = 'type=OS.unix=chr; tty\r\n'
  await assert.rejects(names(ftpTarget(device.address)), {
    code: 'unsupported',
    message: /"\/tty" .* neither file nor folder.*Exclude it/,
  })
})

test('sizes that a device never gets right may be ignored, which is kept with the version', async () => {
  await using device = await start({ faults: { replies: { SIZE: '213 7' } } })
  await assert.rejects(captured(ftpTarget(device.address, { path: '/cfg/net.txt' })), {
    code: 'truncated',
    message: /options\.sizes: ignore/,
  })
  await assert.rejects(captured(ftpTarget(device.address, { path: '/MAIN.PRG' })), { code: 'mismatch' })
  const target = ftpTarget(device.address, { sizes: 'ignore' })
  assert.deepEqual((await names(target)).sort(), everything)
  assert.match(target.facts.get('completeness') ?? '', /options\.sizes/)
})

test('a file that is far longer than the device says is not read to its end', async () => {
  const own = await mkdtemp(path.join(folder, 'long-'))
  await writeFile(path.join(own, 'log'), Buffer.alloc(20_000_000))
  await using device = await startFtpDevice({
    root: own,
    quirks: { maxSessions: 1 },
    faults: { replies: { SIZE: '213 7' } },
  })
  const target = ftpTarget(device.address)
  await assert.rejects(captured(target), { code: 'mismatch', message: /which it says has 7/ })
  assert.ok(target.paced.bytes < 2_000_000)
})

test('a refused login names the secret, and no text holds the password, even if the device repeats it', async () => {
  const password = 'Sesam-0815'
  for (const [options, says] of [
    [{ user: 'backup' }, /refused the login for user "backup" \(530\)\. Check secrets set plc-filler\.$/],
    [{ user: 'backup', secret: 'line-3' }, /Check secrets set line-3\.$/],
  ] as const) {
    await using device = await start({
      user: 'backup',
      password,
      faults: { replies: { PASS: `530 no user with ${password} here` } },
    })
    const target = ftpTarget(device.address, options, { password })
    await assert.rejects(captured(target), (error: Error & { code: string }) => {
      assert.equal(error.code, 'login-refused')
      assert.match(error.message, says)
      assert.ok(![error.message, error.stack, JSON.stringify(error), String(error.cause)].join().includes(password))
      return true
    })
  }
  await using device = await start({ faults: { refuseLogin: true } })
  await assert.rejects(captured(ftpTarget(device.address)), {
    code: 'login-refused',
    message: /Set options\.user to an account/,
  })
  await assert.rejects(captured(ftpTarget(device.address, { user: 'x' }, { password: 'a\r\nDELE x' })), {
    code: 'login-refused',
    message: /holds a line break/,
  })
  await assert.rejects(captured(ftpTarget(device.address, { user: 'x' })), { code: 'secret-missing' })
})

test('errors of the network say what to check', async () => {
  await using device = await start()
  const { address } = device
  await device[Symbol.asyncDispose]()
  const fails = (where: string, options: Record<string, unknown> = {}) =>
    captured(ftpTarget(where, options, { timeouts }))
  await assert.rejects(fails(address), {
    code: 'unreachable',
    retry: true,
    message: /refuses FTP connections \(ECONNREFUSED\)\. Check that the device is on/,
  })
  await assert.rejects(fails('no-such-plc.invalid'), {
    code: 'unreachable',
    message: /cannot be resolved .* Check the address in site\.yaml/,
  })
  await assert.rejects(fails('a b'), { code: 'site-invalid' })
  const target = { ...ftpTarget(''), asset: { id: 'plc-filler', address: null } }
  assert.throws(() => ftp.device(target), { code: 'site-invalid', message: /has no address/ })
})

test('a data connection that cannot be opened points to the firewall', async () => {
  const closed = await start()
  await closed[Symbol.asyncDispose]()
  const pasv = `227 Entering Passive Mode (127,0,0,1,${closed.port >> 8},${closed.port & 255}).`
  await using device = await start({ quirks: { epsv: false }, faults: { replies: { PASV: pasv } } })
  await assert.rejects(captured(ftpTarget(device.address)), {
    code: 'unreachable',
    message:
      /data connection while listing "\/" cannot be opened \(ECONNREFUSED\)\. Check that the firewall lets its passive ports/,
  })
  device.faults.replies = { PASV: '425 No ports left.' }
  await assert.rejects(captured(ftpTarget(device.address)), {
    code: 'connection-lost',
    retry: true,
    message: /could not open the data connection/,
  })
  device.faults.replies = { PASV: '227 Entering Passive Mode (127,0,0,1,3,255).' }
  await assert.rejects(
    captured(ftpTarget(device.address)),
    { code: 'unsupported', message: /options\.passive/ },
    'a port below 1024, for which no firewall is opened',
  )
  device.faults.replies = { PASV: '227 what?' }
  await assert.rejects(captured(ftpTarget(device.address)), { code: 'unsupported', message: /options\.passive/ })
})

test('an answer that is no completion reply does not complete a file', async () => {
  await using device = await start({ faults: { completion: '200 Fine.' } })
  await assert.rejects(captured(ftpTarget(device.address)), {
    code: 'truncated',
    message: /broke off while reading .*\(200 Fine\.\)/,
  })
})

test('a device that refuses TLS, or speaks it at the other moment, says so', async () => {
  await using plain = await start()
  await assert.rejects(captured(ftpTarget(plain.address, { tls: 'explicit' })), {
    code: 'unsupported',
    message: /refuses TLS \(502 .*options\.tls to none/,
  })
  await assert.rejects(captured(ftpTarget(plain.address, { tls: 'implicit' })), {
    code: 'protocol',
    message: /TLS with .* failed .*explicit or implicit/,
  })
  assert.ok(!plain.commands.some(command => command.startsWith('USER')))
})

test('the certificate is shown before the password, and a foreign one on the data connection is noticed', async () => {
  const pair = makeCertificate()
  for (const implicit of [false, true]) {
    await using device = await start({ tls: { ...pair, implicit } })
    const tls = implicit ? 'implicit' : 'explicit'
    const target = ftpTarget(device.address, { tls })
    assert.deepEqual((await names(target)).sort(), everything)
    assert.equal(target.trusted.length, 1)
    assert.ok(device.commands.includes('PROT P'))
    device.commands.length = 0
    const trust = () => {
      throw new BlackstartError('host-key', 'plc-filler/program: another certificate than before.')
    }
    await assert.rejects(captured(ftpTarget(device.address, { tls }, { trust })), { code: 'host-key' })
    assert.ok(!device.commands.some(command => command.startsWith('USER')))
    await writeFile(path.join(folder, 'ca.pem'), pair.cert)
    const trusting = ftpTarget(device.address, { tls, certificate: 'ca', ca: 'ca.pem' }, { folder })
    assert.deepEqual((await names(trusting)).sort(), everything)
  }
  assert.equal(spawnSync('mkfifo', [path.join(folder, 'pipe.pem')]).status, 0)
  const piped = ftpTarget('192.0.2.1', { tls: 'explicit', certificate: 'ca', ca: 'pipe.pem' }, { folder })
  await assert.rejects(captured(piped), { code: 'missing', message: /it is not a file/ })
  await using between = await start({ tls: { ...pair, dataCert: makeCertificate() } })
  await assert.rejects(captured(ftpTarget(between.address, { tls: 'explicit' })), {
    code: 'host-key',
    message: /another certificate on the data connection/,
  })
})

test('the device is named host:port', () => {
  const named = (address: string, options: Record<string, unknown> = {}) => ftp.device(ftpTarget(address, options))
  assert.equal(named('192.0.2.1'), '192.0.2.1:21')
  assert.equal(named('plc.local:2121'), 'plc.local:2121')
  assert.equal(named('2001:db8::1'), '[2001:db8::1]:21')
  assert.equal(named('[2001:db8::1]:2121'), '[2001:db8::1]:2121')
  assert.equal(named('192.0.2.1', { tls: 'implicit' }), '192.0.2.1:990')
  assert.equal(named('192.0.2.1:21', { port: 2121, host: 'nat.local:9' }), 'nat.local:2121')
})

test('unknown and dangerous options are refused', () => {
  for (const options of [
    { pat: '/' },
    { path: 'a\r\nDELE b' },
    { path: [] },
    { hidden: ['a/b'] },
    { hidden: ['..'] },
    { port: 0 },
    { user: 'a\nb' },
  ]) {
    assert.equal(ftpOptions.safeParse(options).success, false, JSON.stringify(options))
  }
})

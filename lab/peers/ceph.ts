import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freeNeighbours } from '../plant/free-ports.ts'

const run = promisify(execFile)
const programs = ['ceph', 'ceph-authtool', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin']
const missing = programs.filter(program => !existsSync(`/usr/bin/${program}`))

/** Why no Ceph can be started here; null when one can. */
export const cephLacking =
  missing.length > 0
    ? `needs Ceph (ceph-mon, ceph-osd, radosgw, ceph-common): there is no ${missing.join(', ')}`
    : process.getuid?.() === 0
      ? null
      : 'needs root, as which the Ceph daemons run here'

/** The name that its certificate is for, below which every bucket has a name of its own; no name server knows it. */
export const cephDomain = 's3.blackstart.test'

/** Real S3 with Object Lock: one monitor, one OSD that keeps all in memory, one gateway. */
export interface Ceph extends AsyncDisposable {
  readonly host: string
  /** Plain HTTP. */
  readonly port: number
  readonly tlsPort: number
  /** What signed its certificate, in PEM. */
  readonly ca: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Takes some twelve seconds: once for a test file. All processes end with the disposal, or with this one. */
export async function startCeph(): Promise<Ceph> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-ceph-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const first = await freeNeighbours(3)
  const ports = { monitor: first, plain: first + 1, tls: first + 2 }
  const ca = await makeCertificates(folder)
  await writeFile(path.join(folder, 'ceph.conf'), configuration(folder, ports))
  const ask = (program: string, ...words: string[]) => askCeph(folder, program, words)
  const daemon = async (program: string, ...words: string[]) => {
    const child = start(folder, program, words)
    undo.defer(() => stop(child))
    return child
  }
  await makeMonitor(folder, ports.monitor, ask)
  await daemon('ceph-mon', '-i', 'a')
  await makeOsd(folder, ask)
  await daemon('ceph-osd', '-i', '0', '--keyring', path.join(folder, 'osd', 'keyring'))
  const [accessKeyId, secretAccessKey] = ['LABKEY', 'LABSECRET']
  await ask(
    'radosgw-admin',
    ...['user', 'create', '--uid=lab', '--display-name=lab'],
    ...[`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`],
  )
  const gateway = await daemon('radosgw', '-n', 'client.rgw.a')
  await answers(ports.plain, gateway, path.join(folder, 'client.rgw.a.log'))
  const all = undo.move()
  return {
    ...{ host: '127.0.0.1', port: ports.plain, tlsPort: ports.tls, ca, accessKeyId, secretAccessKey },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

type Ask = (program: string, ...words: string[]) => Promise<string>

async function askCeph(folder: string, program: string, words: readonly string[]): Promise<string> {
  const { stdout } = await run(`/usr/bin/${program}`, words, {
    env: { PATH: process.env.PATH, CEPH_CONF: path.join(folder, 'ceph.conf') },
    timeout: 60_000,
  })
  return stdout
}

async function makeMonitor(folder: string, port: number, ask: Ask): Promise<void> {
  const [keyring, map] = [path.join(folder, 'keyring'), path.join(folder, 'monmap')]
  for (const name of ['mon', 'osd', 'rgw']) await mkdir(path.join(folder, name))
  await ask('ceph-authtool', '-C', keyring, '-g', '-n', 'mon.', '--cap', 'mon', 'allow *')
  for (const name of ['client.admin', 'client.rgw.a']) {
    await ask(
      'ceph-authtool',
      keyring,
      '-g',
      '-n',
      name,
      ...['mon', 'osd', 'mgr'].flatMap(cap => ['--cap', cap, 'allow *']),
    )
  }
  const fsid = (await readFile(path.join(folder, 'ceph.conf'), 'utf8')).match(/fsid = (\S+)/)?.[1] ?? ''
  await ask('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${port}]`, map)
  await ask('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring)
}

async function makeOsd(folder: string, ask: Ask): Promise<void> {
  const id = randomUUID()
  const key = (await ask('ceph-authtool', '--gen-print-key')).trim()
  const secrets = path.join(folder, 'osd-secrets.json')
  await writeFile(secrets, JSON.stringify({ cephx_secret: key }))
  await ask('ceph', 'osd', 'new', id, '-i', secrets)
  await ask('ceph-authtool', '-C', path.join(folder, 'osd', 'keyring'), '-n', 'osd.0', '-a', key)
  await ask('ceph-osd', '-i', '0', '--mkfs', '--key', key, '--osd-uuid', id, '--no-mon-config')
}

function configuration(folder: string, ports: { monitor: number; plain: number; tls: number }): string {
  return `[global]
fsid = ${randomUUID()}
mon initial members = a
mon host = [v2:127.0.0.1:${ports.monitor}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${folder}/keyring
run dir = ${folder}
pid file = ${folder}/$type.$id.pid
admin socket = ${folder}/$name.asok
log file = ${folder}/$name.log
crash dir = ${folder}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.02
paxos min wait = 0.01
auth allow insecure global id reclaim = false
ms bind ipv6 = false
[mon]
mon data = ${folder}/mon
mon cluster log file = ${folder}/cluster.log
[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${ports.plain} ssl_endpoint=127.0.0.1:${ports.tls} ssl_certificate=${folder}/server.pem ssl_private_key=${folder}/server.key
rgw dns name = ${cephDomain}
rgw data = ${folder}/rgw
rgw thread pool size = 16
`
}

/** A throw-away authority, and a certificate of it for 127.0.0.1 and the domain; returns the authority's. */
async function makeCertificates(folder: string): Promise<string> {
  const at = (name: string) => path.join(folder, name)
  const openssl = (...words: string[]) => execFileSync('/usr/bin/openssl', words, { stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    '/CN=throw-away authority',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  )
  openssl('req', ...key, '-subj', `/CN=${cephDomain}`, '-keyout', at('server.key'), '-out', at('server.csr'))
  await writeFile(at('names'), `subjectAltName=IP:127.0.0.1,DNS:${cephDomain},DNS:*.${cephDomain}\n`)
  const signing = [
    '-CA',
    at('ca.pem'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    at('names'),
  ]
  openssl('x509', '-req', '-in', at('server.csr'), ...signing, '-out', at('server.pem'))
  return await readFile(at('ca.pem'), 'utf8')
}

/** In the foreground, and killed by the kernel should this process die without ending it. */
function start(folder: string, program: string, words: readonly string[]): ChildProcess {
  const all = ['--pdeathsig', 'KILL', `/usr/bin/${program}`, '-f', '-c', path.join(folder, 'ceph.conf'), ...words]
  return spawn('setpriv', all, { stdio: 'ignore' })
}

/** It holds nothing that is worth an orderly end. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function answers(port: number, child: ChildProcess, log: string): Promise<void> {
  for (let tries = 0; tries < 600 && child.exitCode === null; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const up = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (up) return
    await sleep(100)
  }
  throw new Error(`radosgw did not start: ${(await readFile(log, 'utf8').catch(() => '')).slice(-2000)}`)
}

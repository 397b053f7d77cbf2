import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const program = '/usr/sbin/sshd'

/** Why no sshd can be started here; null when one can. */
export const sshdLacking =
  process.platform !== 'linux' || !existsSync(program)
    ? 'needs OpenSSH sshd (openssh-server)'
    : process.getuid?.() === 0
      ? null
      : 'needs root, to make the user that sshd lets in'

export interface SshdOptions {
  /** Shut the user up in the folder, and lets SFTP in only. */
  readonly chroot?: boolean
  /** Further lines of sshd_config, before the `Match` block. */
  readonly config?: readonly string[]
}

export interface Sshd {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** An OpenSSH private key that the user may log in with. */
  readonly privateKey: string
  /** `SHA256:…` of its one host key. */
  readonly hostKey: string
  /** A folder on this machine that the user may write to. */
  readonly folder: string
  /** The same folder, as the user names it over SFTP. */
  readonly remote: string
  /** Process ids of the sessions that are open. */
  sessions(): Promise<number[]>
  /** Kills the processes of all sessions: the connections break. */
  cut(): Promise<void>
}

/** A real sshd on loopback with a system user of its own; both go with the disposal. Needs root. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd & AsyncDisposable> {
  await using undo = new AsyncDisposableStack()
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const base = await mkdtemp('/srv/blackstart-sshd-') // sshd wants every folder above a chroot to be writable by root alone
  undo.defer(() => rm(base, { recursive: true, force: true }))
  await run('chmod', ['755', base])
  const user = `bs${randomBytes(5).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const folder = path.join(base, 'data')
  await addUser(user, password, base)
  undo.defer(() => run('userdel', ['-f', user]).then(() => undefined)) // -f: a session may still be ending
  await mkdir(folder)
  await promisify(chown)(folder, ...(await idsOf(user)))
  for (const key of ['hostkey', 'id'])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(base, key)])
  const port = await freePort()
  await writeFile(path.join(base, 'sshd_config'), configuration(base, port, user, options))
  const server = spawn(program, ['-D', '-e', '-f', path.join(base, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  undo.defer(() => stopped(server))
  await listening(server, port)
  const { stdout } = await run('ssh-keygen', ['-lf', path.join(base, 'hostkey.pub')])
  const all = undo.move()
  return {
    host: '127.0.0.1',
    port,
    user,
    password,
    privateKey: await readFile(path.join(base, 'id'), 'utf8'),
    hostKey: stdout.split(' ')[1] ?? '',
    folder,
    remote: options.chroot === true ? '/data' : folder,
    sessions: () => childrenOf(server.pid ?? 0),
    cut: () => endBelow(server.pid ?? 0),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function configuration(base: string, port: number, user: string, { chroot = false, config = [] }: SshdOptions): string {
  return [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${base}/hostkey`,
    'PidFile none',
    `AuthorizedKeysFile ${base}/id.pub`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication yes',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin no',
    'MaxStartups 50',
    'Subsystem sftp internal-sftp',
    ...config,
    `Match User ${user}`,
    ' AllowTcpForwarding no',
    ...(chroot ? [' ForceCommand internal-sftp', ` ChrootDirectory ${base}`] : []),
    '',
  ].join('\n')
}

async function addUser(user: string, password: string, home: string): Promise<void> {
  await run('useradd', ['-M', '-d', home, '-s', '/bin/sh', user])
  const child = spawn('chpasswd', { stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.end(`${user}:${password}\n`)
  await once(child, 'exit')
}

async function idsOf(user: string): Promise<[number, number]> {
  const ids = await Promise.all(['-u', '-g'].map(flag => run('id', [flag, user])))
  const [uid = 0, gid = 0] = ids.map(({ stdout }) => Number(stdout))
  return [uid, gid]
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function listening(server: ChildProcess, port: number): Promise<void> {
  let log = ''
  server.stderr?.on('data', (data: Buffer) => {
    log = (log + data.toString()).slice(-4000)
  })
  for (let tries = 0; tries < 200; tries++) {
    if (log.includes(`Server listening on 127.0.0.1 port ${port}`)) return
    if (server.exitCode !== null) break
    await sleep(25)
  }
  throw new Error(`sshd did not start: ${log}`)
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const exited = once(server, 'exit')
    const sessions = await childrenOf(server.pid ?? 0)
    server.kill('SIGTERM')
    await exited
    for (const pid of sessions) kill(pid)
  }
}

/** A session is a process with privileges and one without, which holds the connection: both go, the lower one first. */
async function endBelow(pid: number): Promise<void> {
  for (const child of await childrenOf(pid)) {
    await endBelow(child)
    kill(child)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // it ended by itself
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '') // ended meanwhile
  return children.split(' ').filter(Boolean).map(Number)
}

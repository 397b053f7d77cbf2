// FRRouting's real daemons in a network namespace of their own, and its command line vtysh behind a real sshd.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sshdLacking, startSshd } from './sshd.ts'

const run = promisify(execFile)
const daemons = ['zebra', 'staticd'] as const

/** Why FRR cannot be started here; null when it can. */
export const frrLacking =
  daemons.every(name => existsSync(`/usr/lib/frr/${name}`)) && existsSync('/usr/bin/vtysh')
    ? sshdLacking
    : 'needs FRRouting (frr)'

export interface Frr {
  readonly port: number
  readonly user: string
  readonly password: string
  /** Runs commands of the privileged mode in vtysh, without SSH; gives what they print. */
  vtysh(...commands: readonly string[]): Promise<string>
}

/** Starts FRR with a configuration (lines of FRR's syntax). Its routes stay in a network namespace that ends with it. */
export async function startFrr(configuration: readonly string[]): Promise<Frr & AsyncDisposable> {
  await using undo = new AsyncDisposableStack()
  const base = await mkdtemp('/tmp/blackstart-frr-') // short: sockets below it
  undo.defer(() => rm(base, { recursive: true, force: true }))
  await chmod(base, 0o755)
  const sockets = path.join(base, 'run')
  await mkdir(sockets)
  await run('chown', ['frr:frrvty', sockets])
  await writeFile(path.join(base, 'vtysh.conf'), 'service integrated-vtysh-config\n')
  await writeFile(path.join(base, 'frr.conf'), configuration.map(line => `${line}\n`).join(''))
  for (const name of daemons) {
    const daemon = spawn('/usr/bin/unshare', ['--net', `/usr/lib/frr/${name}`, ...daemonOptions(name, sockets)], {
      stdio: 'ignore',
    })
    undo.defer(async () => {
      if (daemon.exitCode !== null) return
      const exited = once(daemon, 'exit')
      daemon.kill('SIGTERM')
      await exited
    })
    await appears(path.join(sockets, `${name}.vty`))
  }
  const shell = ['--vty_socket', sockets, '--config_dir', base]
  await run('/usr/bin/vtysh', [...shell, '-b'])
  const sshd = undo.use(await startSshd({ config: [`ForceCommand /usr/bin/vtysh ${shell.join(' ')}`] }))
  await run('usermod', ['-aG', 'frrvty', sshd.user])
  const all = undo.move()
  return {
    port: sshd.port,
    user: sshd.user,
    password: sshd.password,
    async vtysh(...commands) {
      const { stdout } = await run('/usr/bin/vtysh', [...shell, ...commands.flatMap(command => ['-c', command])])
      return stdout
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function daemonOptions(name: string, sockets: string): string[] {
  const files = ['-z', `${sockets}/zserv.api`, '-i', `${sockets}/${name}.pid`, '--vty_socket', sockets]
  return [...files, '-u', 'frr', '-g', 'frr', '-A', '127.0.0.1', '-P', '0', '-f', '/dev/null']
}

async function appears(file: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (existsSync(file)) return
    await sleep(25)
  }
  throw new Error(`FRR did not start: no ${path.basename(file)}`)
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freeNeighbours } from '../plant/free-ports.ts'

const program = '/usr/sbin/slapd'

/** Why slapd cannot run here; null when it can. */
export function slapdLacks(): string | null {
  return existsSync(program) ? null : 'the program slapd is missing: run lab/setup'
}

export interface Slapd extends AsyncDisposable {
  /** `ldap://127.0.0.1:…`, which also takes StartTLS. */
  readonly plain: string
  /** `ldaps://127.0.0.1:…` */
  readonly secure: string
  stop(): Promise<void>
}

/** OpenLDAP over a fresh folder with the entries of `ldif`, below `dc=plant`; `pem`: its key and certificate. */
export async function startSlapd(ldif: string, pem: { readonly key: string; readonly cert: string }): Promise<Slapd> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-slapd-'))
  const at = (name: string) => path.join(folder, name)
  await mkdir(at('data'))
  await writeFile(at('server.key'), pem.key, { mode: 0o600 })
  await writeFile(at('server.crt'), pem.cert)
  await writeFile(at('entries.ldif'), ldif)
  await writeFile(at('slapd.conf'), configuration(folder))
  const added = spawnSync(program, ['-T', 'add', '-f', at('slapd.conf'), '-l', at('entries.ldif')], {
    encoding: 'utf8',
  })
  if (added.status !== 0) throw new Error(`slapadd: ${added.stderr}${added.error?.message ?? ''}`)
  const port = await freeNeighbours(2)
  const [plain, secure] = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${port + 1}`]
  const words = ['-h', `${plain}/ ${secure}/`, '-f', at('slapd.conf'), '-d', '0']
  const server = spawn(program, words, { stdio: 'ignore' })
  await answering(server, port + 1)
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  return {
    ...{ plain, secure, stop },
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(folder, { recursive: true })
    },
  }
}

function configuration(folder: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map(name => `include /etc/ldap/schema/${name}.schema`)
  return `${schemas.join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/slapd.pid
TLSCertificateFile ${folder}/server.crt
TLSCertificateKeyFile ${folder}/server.key
allow bind_anon_cred
access to attrs=userPassword by anonymous auth by * none
access to * by * read
database mdb
suffix "dc=plant"
directory ${folder}/data
maxsize 10485760
`
}

async function answering(server: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries += 1) {
    const socket = net.connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await sleep(50)
  }
  server.kill('SIGKILL')
  throw new Error('slapd does not answer')
}

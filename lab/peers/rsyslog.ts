import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freeNeighbours } from '../plant/free-ports.ts'

const program = '/usr/sbin/rsyslogd'
const tlsDrivers = ['x86_64', 'aarch64'].map(machine => `/usr/lib/${machine}-linux-gnu/rsyslog/lmnsd_ossl.so`)

/** Why rsyslog cannot run here; null when it can. */
export function rsyslogLacks(): string | null {
  if (!existsSync(program)) return 'the program rsyslogd is missing: run lab/setup'
  return tlsDrivers.some(existsSync) ? null : 'the package rsyslog-openssl is missing: run lab/setup'
}

/** One message, as rsyslog's own parsers (pmrfc5424, pmrfc3164, mmpstrucdata) took it apart. */
export interface RsyslogLine {
  readonly input: 'udp' | 'tcp' | 'tls'
  readonly version: string
  readonly priority: string
  readonly time: string
  readonly host: string
  readonly program: string
  readonly type: string
  readonly text: string
  /** JSON: in `rfc5424-sd` the structured data, by the id of the element, then by parameter. */
  readonly data: string
}

export interface Rsyslog extends AsyncDisposable {
  readonly ports: { readonly udp: number; readonly tcp: number; readonly tls: number }
  /** What it has written, once there are so many. */
  lines(count: number): Promise<readonly RsyslogLine[]>
}

export interface RsyslogForward {
  readonly port: number
  readonly protocol: 'udp' | 'tcp'
  readonly format: 'RFC 3164' | 'RFC 5424'
}

const templates = { 'RFC 3164': 'RSYSLOG_TraditionalForwardFormat', 'RFC 5424': 'RSYSLOG_SyslogProtocol23Format' }

/** rsyslog with the settings of its package, on ports of its own; `pem`: its key and certificate, for TLS. */
export async function startRsyslog(
  pem: { readonly key: string; readonly cert: string },
  forwards: readonly RsyslogForward[] = [],
): Promise<Rsyslog> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-rsyslog-'))
  const at = (name: string) => path.join(folder, name)
  const port = await freeNeighbours(3)
  const ports = { udp: port, tcp: port + 1, tls: port + 2 }
  await writeFile(at('server.key'), pem.key, { mode: 0o600 })
  await writeFile(at('server.crt'), pem.cert)
  await writeFile(at('rsyslog.conf'), configuration(folder, ports, forwards))
  const server = spawn(program, ['-n', '-C', '-f', at('rsyslog.conf'), '-i', at('rsyslog.pid')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr.on('data', chunk => (said += String(chunk)))
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM')
      await once(server, 'exit', { signal: AbortSignal.timeout(10_000) }).catch(() => server.kill('SIGKILL'))
    }
    await rm(folder, { recursive: true, force: true })
  }
  const lines = async (count: number) => {
    for (let tries = 0; ; tries += 1) {
      const text = await readFile(at('lines'), 'utf8').catch(() => '')
      const found = text.split('\n').filter(line => line !== '')
      if (found.length >= count && text.endsWith('\n')) return found.map((line): RsyslogLine => JSON.parse(line))
      if (tries >= 500) throw new Error(`rsyslog has ${found.length} of ${count} lines: ${said}${text}`)
      await sleep(20)
    }
  }
  try {
    await answering(ports.tls)
  } catch (error) {
    await stop()
    throw new Error(`rsyslog does not answer: ${said}`, { cause: error })
  }
  return { ports, lines, [Symbol.asyncDispose]: stop }
}

function configuration(folder: string, ports: Rsyslog['ports'], forwards: readonly RsyslogForward[]): string {
  const property = (name: string, of: string, more = '') =>
    `property(outname="${name}" name="${of}" format="jsonf"${more})`
  const forward = forwards.map(({ port, protocol, format }) => {
    const framing = protocol === 'tcp' ? ' TCP_Framing="octet-counted"' : ''
    return `action(type="omfwd" target="127.0.0.1" port="${port}" protocol="${protocol}" template="${templates[format]}"${framing})`
  })
  return `global(workDirectory="${folder}" defaultNetstreamDriverCAFile="${folder}/server.crt"
  defaultNetstreamDriverCertFile="${folder}/server.crt" defaultNetstreamDriverKeyFile="${folder}/server.key")
module(load="imudp")
module(load="imtcp")
module(load="mmpstrucdata")
template(name="line" type="list" option.jsonf="on") {
  ${property('input', 'inputname')}
  ${property('version', 'protocol-version')}
  ${property('priority', 'pri')}
  ${property('time', 'timereported', ' dateFormat="rfc3339"')}
  ${property('host', 'hostname')}
  ${property('program', 'app-name')}
  ${property('type', 'msgid')}
  ${property('text', 'msg')}
  property(outname="data" name="$!all-json" format="jsonf")
}
ruleset(name="write") {
  action(type="mmpstrucdata")
  action(type="omfile" file="${folder}/lines" template="line")
  ${forward.join('\n  ')}
}
input(type="imudp" address="127.0.0.1" port="${ports.udp}" name="udp" ruleset="write")
input(type="imtcp" address="127.0.0.1" port="${ports.tcp}" name="tcp" ruleset="write")
input(type="imtcp" address="127.0.0.1" port="${ports.tls}" name="tls" ruleset="write"
  streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
`
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = net.connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await sleep(50)
  }
  throw new Error(`nothing listens on port ${port}`)
}

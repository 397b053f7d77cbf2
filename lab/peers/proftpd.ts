import { execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import { type FtpServer, startFtpServer } from './ftp-server.ts'

const unpacked = () => path.join(process.env.BLACKSTART_LAB ?? '/var/tmp/blackstart-lab', 'proftpd')

/** Why proftpd cannot run here; null when it can. */
export function proftpdLacks(): string | null {
  if (process.getuid?.() !== 0) return 'proftpd needs root here'
  return existsSync(path.join(unpacked(), 'usr/sbin/proftpd')) ? null : 'proftpd is not unpacked: run lab/setup'
}

/** Starts proftpd, which knows MLSD, from where lab/peers/proftpd.sh has unpacked it. */
export function startProftpd(): Promise<FtpServer> {
  const home = execFileSync(path.join(import.meta.dirname, 'proftpd.sh'), { encoding: 'utf8' }).trim()
  const libraries = globSync(path.join(home, 'usr/lib/*-linux-gnu')).join(':')
  return startFtpServer({
    program: path.join(home, 'usr/sbin/proftpd'),
    environment: { LD_LIBRARY_PATH: libraries },
    arguments: configuration => ['-n', '-c', configuration],
    configuration: async ({ folder, root, port }) =>
      `ModulePath ${home}/usr/lib/proftpd
ServerName lab
ServerType standalone
DefaultAddress 127.0.0.1
SocketBindTight on
Port ${port}
User nobody
Group nogroup
UseIPv6 off
UseReverseDNS off
PidFile ${folder}/server.pid
ScoreboardFile ${folder}/server.score
DelayTable none
SystemLog ${folder}/server.log
WtmpLog off
TransferLog none
AllowOverwrite on
DefaultRoot ${root}
AuthOrder mod_auth_unix.c
RequireValidShell off
`,
  })
}

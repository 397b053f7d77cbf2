import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeCertificate } from './ftp-certificate.ts'
import { type FtpServer, startFtpServer } from './ftp-server.ts'

const program = '/usr/sbin/vsftpd'

/** Why vsftpd cannot run here; null when it can. */
export function vsftpdLacks(): string | null {
  if (process.getuid?.() !== 0) return 'vsftpd needs root here'
  return existsSync(program) ? null : 'the program vsftpd is missing: run lab/setup'
}

/** Starts vsftpd: LIST only (it has no MLSD), TLS as asked, with resumed sessions on data connections demanded. */
export function startVsftpd(tls: 'none' | 'explicit' | 'implicit' = 'none'): Promise<FtpServer> {
  return startFtpServer({
    program,
    arguments: configuration => [configuration],
    async configuration({ folder, root, port }) {
      const pem = path.join(folder, 'server.pem')
      const { key, cert } = makeCertificate()
      await writeFile(pem, key + cert, { mode: 0o600 })
      const settings = {
        listen: 'YES',
        listen_address: '127.0.0.1',
        listen_port: port,
        background: 'NO',
        anonymous_enable: 'NO',
        local_enable: 'YES',
        write_enable: 'YES',
        chroot_local_user: 'YES',
        allow_writeable_chroot: 'YES',
        local_root: root,
        secure_chroot_dir: folder,
        pam_service_name: 'vsftpd',
        pasv_address: '127.0.0.1',
        xferlog_enable: 'NO',
        seccomp_sandbox: 'NO',
        ...(tls === 'none'
          ? {}
          : {
              ssl_enable: 'YES',
              rsa_cert_file: pem,
              force_local_logins_ssl: 'YES',
              force_local_data_ssl: 'YES',
              require_ssl_reuse: 'YES',
              ssl_ciphers: 'HIGH',
              implicit_ssl: tls === 'implicit' ? 'YES' : 'NO',
            }),
      }
      return Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join('')
    },
  })
}

import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chownSync, readFileSync } from 'node:fs'

/** An account of this machine for one test, whose home is the server's folder. */
export interface FtpAccount extends Disposable {
  readonly user: string
  readonly password: string
}

let made = 0

/** Makes the account; needs root. The account is removed on dispose, its home is not. */
export function makeFtpAccount(home: string): FtpAccount {
  const user = `bs${process.pid}x${made}`
  made += 1
  const password = `pw-${randomInt(1e9)}`
  execFileSync('/usr/sbin/useradd', ['-M', '-d', home, '-s', '/bin/bash', user], { stdio: 'pipe' })
  execFileSync('/usr/sbin/chpasswd', { input: `${user}:${password}\n`, stdio: 'pipe' })
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(text => text.startsWith(`${user}:`))
  const [, , uid, gid] = (line ?? '').split(':').map(Number)
  if (uid !== undefined && gid !== undefined) chownSync(home, uid, gid)
  return {
    user,
    password,
    [Symbol.dispose]() {
      execFileSync('/usr/sbin/userdel', ['-f', user], { stdio: 'pipe' })
    },
  }
}

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { sshSettings } from './ssh-config.ts'

const text = `
# for the vault
User everybody # but root
Host nas !nas.old vault-?
  hostname %h.plant.example
  Port=2222
  IdentityFile ~/.ssh/nas
  IdentityFile "%d/keys/the %n"
  UserKnownHostsFile ~/hosts /etc/hosts.known
Match user root
  Port 1
Match all
  User late
Host *.old n* !nas
  HostName=old
  Port 22
  UserKnownHostsFile none
Host *
  Port 2200
  IdentityFile none
Include elsewhere
`
const home = '/home/node'

describe('the configuration of ssh', () => {
  it('gives the first value for a host, and all identities', () => {
    assert.deepEqual(sshSettings(text, 'nas', home), {
      ...{ hostName: 'nas.plant.example', user: 'everybody', port: 2222 },
      identities: ['/home/node/.ssh/nas', '/home/node/keys/the nas'],
      knownHosts: ['/home/node/hosts', '/etc/hosts.known'],
    })
    assert.deepEqual(sshSettings(text, 'nas.old', home), {
      ...{ hostName: 'old', user: 'everybody', port: 22, identities: [], knownHosts: [] },
    })
    assert.equal(sshSettings(text, 'vault-1', home).hostName, 'vault-1.plant.example')
    assert.equal(sshSettings(text, 'vault-12', home).port, 2200)
  })

  it('says nothing of a host of which nothing is written', () => {
    assert.deepEqual(sshSettings('Host nas\n  User a\n', 'nas2', home), { identities: [], knownHosts: [] })
    assert.deepEqual(sshSettings('', 'nas', home), { identities: [], knownHosts: [] })
    assert.deepEqual(sshSettings('Host nas\r\n\tUser a\r\n', 'nas', home).user, 'a')
  })

  it('is refused where a port is none', () => {
    assert.throws(() => sshSettings('Port many', 'nas', home), { code: 'usage', message: /Port many/ })
  })

  const skip = existsSync('/usr/bin/ssh') ? false : 'needs ssh (openssh-client)'
  it('means for ssh itself what it means for us', { skip }, () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'blackstart-ssh-'))
    try {
      const lines = text.replace('Include elsewhere', '') // which it would follow
      writeFileSync(path.join(folder, 'config'), lines, { mode: 0o600 })
      for (const host of ['nas', 'nas.old', 'vault-1', 'vault-12', 'other', 'node']) {
        const told = execFileSync('ssh', ['-F', path.join(folder, 'config'), '-G', host], { encoding: 'utf8' })
        const of = (word: string) => new RegExp(`^${word} (.*)$`, 'm').exec(told)?.[1]
        const { hostName = host, user, port } = sshSettings(lines, host, home)
        assert.deepEqual([hostName, user, String(port)], [of('hostname'), of('user'), of('port')], host)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { knownKeys } from './known-hosts.ts'

const run = promisify(execFile)
const text = `
# a comment
nas,192.0.2.7 ssh-ed25519 AAAAone with a comment
[nas]:2222 ssh-rsa AAAAtwo
*.plant.example,!old.plant.example ecdsa-sha2-nistp256 AAAAthree
@revoked * ssh-rsa AAAAstolen
@cert-authority *.plant.example ssh-rsa AAAAauthority
half a
nas
`
const accepted = (host: string, port = 22) => knownKeys(text, host, port).accepted.map(({ blob }) => blob)

describe('a known_hosts file', () => {
  it('gives the keys of a host by its name or address, and by its port', () => {
    assert.deepEqual(knownKeys(text, 'nas', 22).accepted, [{ type: 'ssh-ed25519', blob: 'AAAAone' }])
    assert.deepEqual(accepted('192.0.2.7'), ['AAAAone'])
    assert.deepEqual(accepted('NAS'), ['AAAAone'])
    assert.deepEqual(accepted('nas', 2222), ['AAAAtwo'])
    assert.deepEqual(accepted('nas', 2223), [])
    assert.deepEqual(accepted('nas2'), [])
  })

  it('knows patterns, and what is taken out of them', () => {
    assert.deepEqual(accepted('new.plant.example'), ['AAAAthree'])
    assert.deepEqual(accepted('old.plant.example'), [])
    assert.deepEqual(accepted('newXplantXexample'), [])
  })

  it('names the keys that are revoked', () => {
    assert.deepEqual(knownKeys(text, 'anything', 22).revoked, [{ type: 'ssh-rsa', blob: 'AAAAstolen' }])
  })

  it('finds hosts whose names ssh-keygen has hashed', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-known-'))
    try {
      const [key, file] = [path.join(folder, 'key'), path.join(folder, 'known_hosts')]
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
      const [type = '', blob = ''] = (await readFile(`${key}.pub`, 'utf8')).split(' ')
      await writeFile(file, `nas ${type} ${blob}\n[other]:2222 ${type} ${blob}\n`)
      await run('ssh-keygen', ['-q', '-H', '-f', file])
      const hashed = await readFile(file, 'utf8')
      assert.ok(!hashed.includes('nas'))
      assert.deepEqual(knownKeys(hashed, 'nas', 22).accepted, [{ type, blob }])
      assert.deepEqual(knownKeys(hashed, 'other', 2222).accepted, [{ type, blob }])
      assert.deepEqual(knownKeys(hashed, 'other', 22).accepted, [])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

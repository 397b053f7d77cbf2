import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { namesIn, pageName } from './page-name.ts'

/** A certificate by openssl with that `subjectAltName`. */
function certificate(names: string): string {
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const more = ['-subj', '/CN=node', '-addext', `subjectAltName=${names}`, '-keyout', '/dev/null', '-out', '-']
  return execFileSync('/usr/bin/openssl', [...words, ...more], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  })
}

const names = ['blackstart.plant', 'machine', '10.1.3.2']

test('without a certificate loopback is localhost, everywhere is a name, an address is itself', () => {
  const of = (host: string) => pageName({ host, names, certificate: null })
  assert.deepEqual(['127.0.0.1', '::1', '0.0.0.0', '::', '10.1.3.2'].map(of), [
    ...['localhost', 'localhost', 'blackstart.plant', 'blackstart.plant', '10.1.3.2'],
  ])
})

test('with one, a name that it has is printed, also where the node listens on loopback', () => {
  const of = (host: string, alternatives: string, own = names) =>
    pageName({ host, names: own, certificate: certificate(alternatives) })
  assert.equal(of('127.0.0.1', 'DNS:blackstart.plant'), 'blackstart.plant')
  assert.equal(of('127.0.0.1', 'DNS:blackstart.plant,DNS:localhost'), 'localhost')
  assert.equal(of('127.0.0.1', 'DNS:blackstart.plant,IP:127.0.0.1'), '127.0.0.1')
  assert.equal(of('::1', 'IP:::1'), '::1')
  assert.equal(of('10.1.3.2', 'DNS:machine'), 'machine')
  assert.equal(of('0.0.0.0', 'IP:10.1.3.2'), '10.1.3.2')
  assert.equal(of('0.0.0.0', 'DNS:*.plant'), 'blackstart.plant', 'a pattern holds it')
  assert.equal(of('127.0.0.1', 'DNS:node.company.example'), 'node.company.example', 'none of ours: its own')
  assert.equal(of('127.0.0.1', 'DNS:*.company.example'), 'localhost', 'there is none to print')
})

test('the names of a certificate are read, and nothing that is none', () => {
  const text = 'DNS:Node.Plant,IP:10.0.0.1,IP:fd00::1,email:a@b.example,DNS:*.plant,URI:https://x/'
  assert.deepEqual(namesIn(certificate(text)), ['node.plant', '10.0.0.1', 'fd00::1'])
})

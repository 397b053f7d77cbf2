import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capturedFiles, cliTarget } from '../../../lab/devices/cli-target.ts'
import { frrLacking, startFrr } from '../../../lab/peers/frr.ts'
import { sshCli } from './ssh-cli.ts'

const never = new AbortController().signal

test('a real FRRouting is read over its own command line', { skip: frrLacking ?? false, timeout: 60_000 }, async () => {
  await using frr = await startFrr([
    'frr defaults traditional',
    'hostname PLANT-SW1',
    'ip route 192.0.2.0/24 Null0',
    ...Array.from({ length: 60 }, (_, n) => `ip prefix-list PLANT seq ${n + 1} permit 10.9.${n}.0/24`),
  ])
  const target = cliTarget({ port: frr.port, user: frr.user, model: 'frr' }, { 'switch-1': frr.password })
  const read = () => capturedFiles(sshCli.capture(target, never), never)
  const file = (await read())['running-config.txt']!
  assert.match(target.facts.get('firmware') ?? '', /^\d+\.\d+/)
  assert.equal(file.replaceAll('\r\n', '\n'), await frr.vtysh('show running-config'))
  assert.match(file, /ip route 192\.0\.2\.0\/24 Null0\r\n/)
  assert.deepEqual(await read(), { 'running-config.txt': file }, 'nothing changed, and nothing differs')

  await frr.vtysh('configure terminal', 'ip route 198.51.100.0/24 Null0')
  const changed = (await read())['running-config.txt']!
  assert.deepEqual(
    changed.split('\r\n').filter(line => !file.includes(`${line}\r\n`)),
    ['ip route 198.51.100.0/24 Null0'],
  )
})

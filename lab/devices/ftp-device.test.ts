import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from 'basic-ftp'
import { startFtpDevice } from './ftp-device.ts'

let root = ''
before(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'blackstart-device-'))
  await mkdir(path.join(root, 'plc'))
  await writeFile(path.join(root, 'plc/MAIN.PRG'), 'program')
})
after(() => rm(root, { recursive: true }))

const login = (port: number) => ({ host: '127.0.0.1', port, user: 'plc', password: 'pw' })

test('a client lists, reads, writes, renames and deletes', async () => {
  await using device = await startFtpDevice({ root, user: 'plc', password: 'pw' })
  const client = new Client(2000)
  await client.access(login(device.port))
  assert.deepEqual(
    (await client.list('/plc')).map(file => [file.name, file.size]),
    [['MAIN.PRG', 7]],
  )
  await client.ensureDir('/new/deep')
  await client.uploadFrom(path.join(root, 'plc/MAIN.PRG'), 'a.prg')
  await client.rename('a.prg', 'b.prg')
  assert.equal(await readFile(path.join(root, 'new/deep/b.prg'), 'utf8'), 'program')
  assert.equal(await client.size('b.prg'), 7)
  await client.remove('b.prg')
  await client.removeDir('/new')
  await assert.rejects(client.size('/new/deep/b.prg'), /550 No such file/)
  client.close()
  assert.ok(!device.commands.join().includes('pw'))
})

test('a second session is refused where the device has one, and the count tells', async () => {
  await using device = await startFtpDevice({ root, user: 'plc', password: 'pw', quirks: { maxSessions: 1 } })
  const [first, second] = [new Client(2000), new Client(2000)]
  await first.access(login(device.port))
  await assert.rejects(second.access(login(device.port)), /421/)
  first.close()
  assert.deepEqual(device.sessions, { now: 1, most: 1, refused: 1 })
})

test('nothing outside the folder is shown', async () => {
  await using device = await startFtpDevice({ root, user: 'plc', password: 'pw' })
  const client = new Client(2000)
  await client.access(login(device.port))
  await assert.rejects(client.size('../../../../etc/passwd'), /550/)
  await assert.rejects(client.size('/../etc/passwd'), /550/)
  client.close()
})

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { noSmallDisk, smallDisk } from '../../lab/small-disk.ts'
import { siteText, testSite } from '../../lab/test-site.ts'

test('without a node, and with a disk that takes nothing, versions are restored into a folder and written to a device', {
  skip: noSmallDisk,
}, async () => {
  const elsewhere = await mkdtemp(path.join(os.tmpdir(), 'blackstart-elsewhere-'))
  await using _elsewhere = { [Symbol.asyncDispose]: () => rm(elsewhere, { recursive: true }) }
  await using disk = await smallDisk()
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const device = path.join(elsewhere, 'device')
  const text = siteText([{ id: 'plc/program', path: device }])
  await site.write('site.yaml', text.replace('{ id: cell, level: 1 }', '{ id: cell, level: 1, twoPeople: true }'))
  await site.write(path.relative(site.folder, path.join(device, 'main.st')), 'x := 1;\n')
  await site.json(['capture'])
  await writeFile(path.join(device, 'main.st'), 'x := 2;\n')
  await site.json(['capture'])
  await disk.fill()
  const folder = path.join(elsewhere, 'restored')
  const restored = await site.run(['restore', 'plc/program@previous', '--to', folder])
  // 3: done, and not in the journal
  assert.ok(restored.code === 0 || restored.code === 3, restored.err)
  assert.equal(await readFile(path.join(folder, 'main.st'), 'utf8'), 'x := 1;\n')
  const words = ['restore', 'plc/program@previous', '--to-device', '--yes', '--break-glass', 'fire']
  const safe = await site.run(words)
  assert.match(safe.err, /nothing was written, because what the device holds now could not be captured first/)
  const written = await site.run([...words, '--without-safety-capture'])
  assert.match(written.err, /it was written, but could not be read back/)
  assert.equal(await readFile(path.join(device, 'main.st'), 'utf8'), 'x := 1;\n')
})

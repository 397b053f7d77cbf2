import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { noSmallDisk, smallDisk } from '../../lab/small-disk.ts'
import { openRecord } from './record.ts'
import { sitePaths } from './site-paths.ts'

const never = new AbortController().signal
const approved = (version: string) => ({ type: 'approved', item: 'plc/program', version, note: null }) as const

test('what the journal holds is done, also where the catalog has no room to follow: it follows later, or in memory', {
  skip: noSmallDisk,
}, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-record-'))
  await using _folder = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
  await using disk = await smallDisk()
  const { data, catalog } = sitePaths(folder)
  await mkdir(data)
  await symlink(path.join(disk.folder, 'catalog.sqlite'), catalog)
  const open = () => openRecord({ folder, actor: 'jo@node', now: () => new Date('2026-11-24T00:00:00Z') })
  await using record = await open()
  await record.add([approved('v0')], never)
  const makeRoom = await disk.fill()
  // more than what is left of the last page
  const added = Array.from({ length: 200 }, (_, at) => approved(`v${at + 1}`))
  await record.add(added, never)
  const known = async () => (await record.catalog.histories.approvals('plc/program')).length
  assert.equal(await known(), 1)
  {
    // who opens it now knows all of the journal
    await using other = await open()
    assert.equal((await other.catalog.histories.approvals('plc/program')).length, 201)
    assert.equal(other.inMemory, true)
  }
  await makeRoom()
  await record.add([approved('v201')], never)
  assert.equal(await known(), 202)
})

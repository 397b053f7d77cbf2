import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { noSmallDisk, smallDisk } from '../../lab/small-disk.ts'
import { tellLate } from '../node/people/people.ts'
import { type Client, type TestApi, testApi } from './test-api.ts'

const skip = noSmallDisk
const elsewhere = os.tmpdir()

interface Emergency extends AsyncDisposable {
  readonly api: TestApi
  /** What the device holds. */
  readonly program: () => Promise<string>
  /** The version to go back to. */
  readonly first: string
}

/** A device on another disk, read twice with a change between, in a zone that asks for two people. */
async function emergency(): Promise<Emergency> {
  await using opening = new AsyncDisposableStack()
  const device = await mkdtemp(path.join(elsewhere, 'blackstart-device-'))
  opening.defer(() => rm(device, { recursive: true }))
  const program = path.join(device, 'main.st')
  await writeFile(program, 'x := 1;\n')
  const text = (yaml: string) =>
    yaml
      .replace('{ id: cell, level: 1 }', '{ id: cell, level: 1, twoPeople: true }')
      .replace('"./plc"', JSON.stringify(device))
  const api = opening.use(await testApi({ text }))
  const engineer = await api.as('engineer')
  const versions = async () => (await engineer.ask('/api/items/plc/program/versions')).json.rows ?? []
  await api.until(async () => (await versions()).length === 1)
  await writeFile(program, 'x := 2;\n')
  await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })
  await api.until(async () => (await versions()).length === 2)
  const first: string = (await versions()).at(-1).id
  const held = opening.move()
  return {
    ...{ api, first, program: () => readFile(program, 'utf8') },
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  }
}

async function writeBack({ api, first }: Emergency, client: Client, withoutSafety: boolean) {
  const body = { item: 'plc/program', version: first, confirm: 'plc/program', breakGlass: 'fire at 03:00' }
  const answer = await client.ask('/api/restores', { method: 'POST', body: { ...body, withoutSafety } })
  assert.equal(answer.json.state, 'writing', answer.text)
  return api.until(async () => {
    const { json } = await client.ask(`/api/runs/${answer.json.run.id}`)
    return json.state === 'ended' ? json : null
  })
}

async function glassNeed(client: Client) {
  const { json } = await client.ask('/api/overview')
  return json.needs.find(({ kind }: { kind: string }) => kind === 'broken-glass')
}

test('on a full disk people sign in, break the glass and write; the reserve holds room for all of it', {
  skip,
}, async () => {
  await using disk = await smallDisk()
  await using site = await emergency()
  const { api } = site
  const reserve = api.site.at('data', 'reserve')
  await api.people.reserve.fill()
  assert.ok((await stat(reserve)).size >= 8 * 1_048_576)
  const makeRoom = await disk.fill()
  const administrator = await api.as('administrator')
  const run = await writeBack(site, administrator, false)
  assert.equal(run.outcome, 'written', JSON.stringify(run.error))
  assert.equal(await site.program(), 'x := 1;\n')
  assert.equal((await stat(reserve)).size, 0)
  const { json } = await administrator.ask('/api/journal?what=request')
  assert.match(json.rows[0].sentence, /broke the glass: wrote plc\/program@/)
  assert.match((await glassNeed(administrator)).remedy, /^Review it/)
  await makeRoom()
  await api.people.reserve.fill()
  assert.ok((await stat(reserve)).size >= 8 * 1_048_576)
})

test('with nothing left at all the device is written to all the same, and the journal is told once there is room', {
  skip,
}, async () => {
  await using disk = await smallDisk()
  await using site = await emergency()
  const { api } = site
  const engineer = await api.as('engineer')
  await rm(api.site.at('data', 'reserve'), { force: true })
  const makeRoom = await disk.fill()
  const run = await writeBack(site, engineer, true)
  assert.equal(await site.program(), 'x := 1;\n')
  // nothing could be read back into a repository without room
  assert.equal(run.outcome, 'failed')
  assert.match(run.error.message, /could not be read back, .* The journal \S+ cannot be written: .* Make room/)
  const owed = await glassNeed(engineer)
  assert.match(owed.what, /^engineer broke the glass: wrote plc\/program@\S+ .*: fire at 03:00$/)
  assert.match(owed.remedy, /^The journal does not say so yet: make room/)
  await makeRoom()
  await tellLate(api.people)
  const { json } = await engineer.ask('/api/journal?what=request')
  assert.equal(json.rows.length, 1)
  assert.ok(json.rows[0].sentence.endsWith(`fire at 03:00 (${owed.since}).`), json.rows[0].sentence)
  await api.until(async () => /^Review it/.test((await glassNeed(engineer)).remedy))
  assert.equal((await glassNeed(engineer)).since, owed.since)
  assert.match(api.mistakes.join('\n'), /The journal cannot be told yet: engineer broke the glass: .* Make room/)
})

import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { test } from 'node:test'
import { type Answer, type Client, captured, testApi } from './test-api.ts'

test('where a zone asks for two people a second one decides; breaking the glass is never refused, and recorded', async () => {
  const two = (text: string) => text.replace('{ id: cell, level: 1 }', '{ id: cell, level: 1, twoPeople: true }')
  await using api = await testApi({ text: two })
  await captured(api)
  const engineer = await api.as('engineer')
  const body = { item: 'plc/program', version: 'latest', confirm: 'plc/program', reason: 'rolled back after the test' }
  const asked = await engineer.ask('/api/restores', { method: 'POST', body })
  assert.equal(asked.json.state, 'approval', asked.text)
  const id: string = asked.json.approval
  const own = await engineer.ask(`/api/approvals/${id}/decide`, { method: 'POST', body: { approve: true } })
  assert.equal(own.status, 409)
  const administrator = await api.as('administrator')
  const needs = await administrator.ask('/api/overview')
  assert.equal(needs.json.needs[0].approval, id)
  const decided = await administrator.ask(`/api/approvals/${id}/decide`, { method: 'POST', body: { approve: true } })
  assert.equal(decided.json.state, 'approved', decided.text)
  const agreed = async (client: Client) => {
    const all: { kind: string; what: string; remedy: string }[] = (await client.ask('/api/overview')).json.needs
    return all.filter(({ kind }) => kind === 'approval')
  }
  const [forAsker] = await agreed(engineer)
  assert.match(forAsker?.what ?? '', /^administrator agreed that you write plc\/program@\S+ to its device\.$/)
  assert.match(forAsker?.remedy ?? '', /^Write it now: the approval is good until \d{4}-/)
  assert.match((await agreed(administrator))[0]?.what ?? '', /^You agreed that engineer writes .*not yet written\.$/)
  assert.deepEqual(await agreed(await api.as('viewer')), [])
  const used = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, approval: id } })
  assert.equal(used.json.state, 'writing', used.text)
  const again = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, approval: id } })
  assert.equal(again.status, 409)
  await api.until(async () => (await engineer.ask(`/api/runs/${used.json.run.id}`)).json.state === 'ended')
  const glass = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, breakGlass: 'fire at 03:00' } })
  assert.equal(glass.json.state, 'writing', glass.text)
  assert.deepEqual(await agreed(engineer), [], 'it was used')
  for (const role of ['viewer', 'cell-operator'] as const) {
    const { json } = await (await api.as(role)).ask('/api/overview')
    const need = json.needs.find(({ kind }: { kind: string }) => kind === 'broken-glass')
    assert.match(need?.what, /^engineer broke the glass: wrote plc\/program@\S+ .*: fire at 03:00$/)
    assert.equal(need.zone, 'cell')
  }
  const journal = await engineer.ask('/api/journal?what=request&who=engineer')
  const [broke, ...others] = journal.json.rows
  assert.deepEqual([broke.actor, broke.from], ['engineer', '127.0.0.1'])
  assert.match(
    broke.sentence,
    /^engineer broke the glass: wrote plc\/program@\S+ to its device without a second person: fire at 03:00\.$/,
  )
  assert.deepEqual(
    others.map(({ event }: { event: { action: string } }) => event.action),
    ['used', 'asked'],
  )
  await api.until(async () => (await engineer.ask(`/api/runs/${glass.json.run.id}`)).json.state === 'ended')
})

test('a second person sees that a write is asked for without the safety capture; it is written and recorded so, and not otherwise', async () => {
  const two = (text: string) => text.replace('{ id: cell, level: 1 }', '{ id: cell, level: 1, twoPeople: true }')
  await using api = await testApi({ text: two })
  await captured(api)
  const engineer = await api.as('engineer')
  const administrator = await api.as('administrator')
  const body = { item: 'plc/program', version: 'latest', confirm: 'plc/program', reason: 'the PLC is new' }
  const ask = async (withoutSafety: boolean) => {
    const { json } = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, withoutSafety } })
    return json.approval as string
  }
  const [usual, unsafe, careful] = [await ask(false), await ask(true), await ask(true)]
  const { rows } = (await administrator.ask('/api/approvals')).json
  const shown = new Map(rows.map((row: { id: string; withoutSafety: boolean }) => [row.id, row.withoutSafety]))
  assert.deepEqual([shown.get(usual), shown.get(unsafe)], [false, true])
  const { needs } = (await administrator.ask('/api/overview')).json
  const need = needs.find(({ approval }: { approval: string | null }) => approval === unsafe)
  assert.match(need.what, /asks to write \S+ to its device, even if what it holds now is lost: the PLC is new$/)
  for (const id of [usual, unsafe, careful]) {
    await administrator.ask(`/api/approvals/${id}/decide`, { method: 'POST', body: { approve: true } })
  }
  const use = (approval: string, more = {}) =>
    engineer.ask('/api/restores', { method: 'POST', body: { ...body, approval, ...more } })
  const other = await use(usual, { withoutSafety: true })
  assert.deepEqual([other.status, other.json.error.code], [409, 'refused'], other.text)
  // as a device that was replaced: there is nothing that could be read
  await rm(api.site.at('plc'), { recursive: true })
  const ended = async ({ json }: Answer) =>
    api.until(async () => {
      const run = (await engineer.ask(`/api/runs/${json.run.id}`)).json
      return run.state === 'ended' ? run : null
    })
  assert.equal((await ended(await use(usual))).outcome, 'failed')
  // what was agreed is no order: whoever asks for the safety capture gets it
  assert.equal((await ended(await use(careful))).outcome, 'failed')
  assert.equal((await ended(await use(unsafe, { withoutSafety: true }))).outcome, 'written')
  assert.equal(await readFile(api.site.at('plc', 'main.st'), 'utf8'), 'x := 1;\n')
  const journal = (await engineer.ask('/api/journal?what=request,restored')).json.rows
  const said = journal.filter(({ event }: { event: { withoutSafety?: boolean } }) => event.withoutSafety === true)
  assert.deepEqual(
    said.map(({ what, event }: { what: string; event: { action?: string } }) => event.action ?? what),
    ['restored', 'used', 'approved', 'approved', 'asked', 'asked'],
  )
  assert.match(said[0].sentence, / Reason: the PLC is new\. It was accepted that what it held before may be lost\.$/)
  assert.match(said[4].sentence, /even if what it held before is lost: the PLC is new\.$/)
})

test('what a second person agreed to is written to the device that the site file named then, and to no other', async () => {
  const two = (text: string) => text.replace('{ id: cell, level: 1 }', '{ id: cell, level: 1, twoPeople: true }')
  await using api = await testApi({ text: two })
  await captured(api)
  const [engineer, administrator] = [await api.as('engineer'), await api.as('administrator')]
  // the new place is read at once: what is the latest changes with it
  const [{ id: version }] = (await engineer.ask('/api/items/plc/program/versions')).json.rows
  const body = { item: 'plc/program', version, confirm: 'plc/program', reason: 'back' }
  const { approval } = (await engineer.ask('/api/restores', { method: 'POST', body })).json
  await administrator.ask(`/api/approvals/${approval}/decide`, { method: 'POST', body: { approve: true } })
  await api.site.write('other/main.st', 'x := 2;\n')
  const save = async (from: string, to: string) => {
    const { text, etag } = (await administrator.ask('/api/site')).json
    const saved = { method: 'PUT', body: { text: text.replace(from, to) }, headers: { 'if-match': etag } }
    assert.equal((await administrator.ask('/api/site', saved)).status, 200)
  }
  const write = () => engineer.ask('/api/restores', { method: 'POST', body: { ...body, approval } })
  await save('"./plc"', '"./other"')
  const refused = await write()
  assert.deepEqual([refused.status, refused.json.error.code], [409, 'refused'], refused.text)
  assert.match(refused.json.error.message, /says otherwise than when this was agreed/)
  await save('"./other"', '"./plc"')
  assert.equal((await write()).json.state, 'writing')
  assert.equal(await readFile(api.site.at('other', 'main.st'), 'utf8'), 'x := 2;\n')
  await api.until(async () => (await engineer.ask('/api/runs?live=true')).json.live === 0)
})

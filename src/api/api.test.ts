import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { test } from 'node:test'
import { changeAccount, localManager } from '../node/people/manage-people.ts'
import { makeToken, removeToken } from '../node/people/service-tokens.ts'
import { type Answer, type Client, items, password, send, type TestApi, testApi } from './test-api.ts'

/** Both items have a version. */
async function captured(api: TestApi): Promise<void> {
  await api.until(() => api.node.judged().judgement.items.every(({ lastConfirmed }) => lastConfirmed !== null))
}

test('what the pages show first: processes with their verdict, needs, assets, items, versions, content, differences', async () => {
  await using api = await testApi()
  await captured(api)
  const viewer = await api.as('viewer')
  const overview = await viewer.ask('/api/overview')
  assert.equal(overview.status, 200, overview.text)
  assert.equal(overview.json.counts.items, items.length)
  assert.equal(overview.json.processes[0].id, 'filling')
  assert.equal(overview.json.processes[0].verdict, 'FAIL')

  const list = await viewer.ask('/api/items?q=SCREENS&limit=1')
  assert.deepEqual(
    list.json.rows.map((row: { id: string; state: string }) => [row.id, row.state]),
    [['hmi/screens', 'fresh']],
  )
  const first = await viewer.ask('/api/items?limit=1')
  const second = await viewer.ask(`/api/items?limit=1&cursor=${first.json.next}`)
  assert.deepEqual(
    [first.json.rows[0].id, second.json.rows[0].id, second.json.next],
    ['hmi/screens', 'plc/program', null],
  )
  const map = await viewer.ask('/api/map')
  assert.deepEqual(
    map.json.zones.map((zone: { id: string; assets: number }) => [zone.id, zone.assets]),
    [
      ['cell', 1],
      ['office', 1],
      ['operations', 0],
    ],
  )
  assert.equal((await viewer.ask('/api/assets/plc')).json.rows[0].id, 'plc/program')
  const item = await viewer.ask('/api/items/plc/program')
  assert.equal(item.json.restore, 'writes', item.text)

  const versions = await viewer.ask('/api/items/hmi/screens/versions')
  assert.equal(versions.json.total, 1, versions.text)
  const base = `/api/items/hmi/screens/versions/${versions.json.rows[0].id}`
  const version = await viewer.ask(base)
  assert.equal(version.json.sheet?.connector, 'files', version.text)
  const entries = await viewer.ask(`${base}/entries`)
  assert.deepEqual(
    entries.json.rows.map((row: { path: string }) => row.path),
    ['start.txt'],
  )
  const text = await viewer.ask(`${base}/text?path=start.txt`)
  assert.match(text.json.text, /screen 1/)
  assert.doesNotMatch(text.text, /geheim/)
  for (const at of [
    'captures',
    'items/plc/program/captures',
    'runs',
    'storage',
    'findings',
    'findings/next',
    'criticality',
  ]) {
    const answer = await viewer.ask(`/api/${at}`)
    assert.equal(answer.status, 200, `${at}: ${answer.text}`)
  }
  for (const at of [
    'plan',
    'what-if?lose=node',
    'processes/filling',
    'site',
    'site/versions',
    'vocabulary',
    'approvals',
    'triggers',
    'notifications',
    'account',
    'assets?sort=-name&state=fresh',
  ]) {
    const answer = await viewer.ask(`/api/${at}`)
    assert.equal(answer.status, 200, `${at}: ${answer.text}`)
  }
  assert.deepEqual(api.mistakes, [])
})

test('a tamper is captured, seen as drift, read as a difference, and rolled back', async () => {
  await using api = await testApi()
  await captured(api)
  const engineer = await api.as('engineer')
  const approved = await engineer.ask('/api/items/plc/program/versions/latest/approve', {
    method: 'POST',
    body: { note: 'as commissioned' },
  })
  assert.equal(approved.status, 200, approved.text)
  await api.site.write('plc/main.st', 'x := 2;\n')
  const run = await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc'] } })
  assert.equal(run.json.rows[0]?.item, 'plc/program', run.text)
  await api.until(async () => {
    const { json } = await engineer.ask('/api/overview')
    return json.needs.some(
      (need: { kind: string; item: string }) => need.kind === 'drift' && need.item === 'plc/program',
    )
  })
  const diff = await engineer.ask('/api/items/plc/program/diff')
  assert.deepEqual(
    diff.json.changes[0].hunks[0].lines.map((line: { text: string }) => line.text),
    ['x := 1;', 'x := 2;'],
  )
  const body = { item: 'plc/program', version: 'approved', confirm: 'plc/program', reason: 'wrong recipe' }
  const slip = await engineer.ask('/api/restores', { method: 'POST', body: { ...body, confirm: 'plc' } })
  assert.deepEqual([slip.status, slip.json.error.code], [400, 'invalid'])
  const written = await engineer.ask('/api/restores', { method: 'POST', body })
  assert.equal(written.json.state, 'writing', written.text)
  const id: string = written.json.run.id
  const ended = await api.until(async () => {
    const { json } = await engineer.ask(`/api/runs/${id}`)
    return json.state === 'ended' ? json : null
  })
  assert.equal(ended.outcome, 'written', JSON.stringify(ended))
  assert.equal(await readFile(api.site.at('plc', 'main.st'), 'utf8'), 'x := 1;\n')
  const { rows } = (await engineer.ask('/api/items/plc/program/versions')).json
  assert.deepEqual(
    rows.map((row: { sameAsApproved: boolean }) => row.sameAsApproved),
    [true, false, true],
  )
  const [made, before, first] = rows
  assert.deepEqual([made.writtenBy.version, made.writtenBy.result, before.writtenBy], [first.id, 'done', null])
  assert.match(made.writtenBy.actor, /^engineer \(/)
  assert.equal(made.writtenBy.reason, 'wrong recipe')
  const restores = (await engineer.ask('/api/restores')).json.rows
  const about = { item: 'plc/program', version: first.id, time: made.writtenBy.time, by: 'engineer' }
  assert.deepEqual(restores, [{ ...about, result: 'done', reason: 'wrong recipe' }])
  const journal = await engineer.ask('/api/journal?what=restored,approved')
  assert.deepEqual(
    journal.json.rows.map((row: { what: string }) => row.what),
    ['restored', 'approved'],
  )
  assert.match(journal.json.rows[0].actor, /engineer/)
  assert.deepEqual(api.mistakes, [])
})

test('a change outside its change windows that is a drift too is one need, in the graver words', async () => {
  const far = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getDay() + 3) % 7]
  const options = 'options: { path: "./plc" }'
  await using api = await testApi({ text: text => text.replace(options, `${options}, change: ["${far} 08:00-09:00"]`) })
  await captured(api)
  const engineer = await api.as('engineer')
  const approve = { method: 'POST', body: { note: null } }
  await engineer.ask('/api/items/plc/program/versions/latest/approve', approve)
  await api.site.write('plc/main.st', 'x := 2;\n')
  await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc'] } })
  const needs = await api.until(async () => {
    const all = (await engineer.ask('/api/overview')).json.needs
    const own = all.filter(({ item }: { item: string | null }) => item === 'plc/program')
    return own.some(({ what }: { what: string }) => /differs/.test(what)) ? own : null
  })
  assert.deepEqual(
    needs.map(({ id, kind, severity, what }: Record<string, string>) => [id, kind, severity, what]),
    [
      [
        ...['unexpected:plc/program', 'unexpected', 'high'],
        'plc/program was changed outside its change windows, and differs from its approved version.',
      ],
    ],
  )
  assert.match(needs[0].remedy, /write the approved version back\.$/)
})

test('what has changed while nothing of it is approved needs a person, until somebody approves what is there', async () => {
  await using api = await testApi()
  await captured(api)
  const engineer = await api.as('engineer')
  const needs = async (): Promise<Record<string, string>[]> => {
    const all = (await engineer.ask('/api/overview')).json.needs
    return all.filter(({ item }: { item: string | null }) => item === 'plc/program')
  }
  assert.deepEqual(await needs(), [])
  await api.site.write('plc/main.st', 'x := 2;\n')
  await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc'] } })
  const [need] = await api.until(async () => ((await needs()).length > 0 ? await needs() : null))
  assert.deepEqual(
    [need?.kind, need?.severity, need?.what],
    ['unapproved', 'medium', 'plc/program has changed, and no version of it is approved.'],
  )
  assert.match(
    need?.remedy ?? '',
    /^Read the difference; then approve what the device holds, or write plc\/program@\S+ back\.$/,
  )
  const approve = { method: 'POST', body: { note: null } }
  await engineer.ask('/api/items/plc/program/versions/latest/approve', approve)
  await api.until(async () => ((await needs()).length === 0 ? true : null))
})

test('a need names a version that stays the same, says since when, and is gone while somebody bears its finding', async () => {
  const far = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getDay() + 3) % 7]
  const options = 'options: { path: "./plc" }'
  await using api = await testApi({ text: text => text.replace(options, `${options}, change: ["${far} 08:00-09:00"]`) })
  await captured(api)
  const engineer = await api.as('engineer')
  const versions = async (): Promise<{ id: string; time: string }[]> =>
    (await engineer.ask('/api/items/plc/program/versions')).json.rows
  const needs = async (): Promise<Record<string, string>[]> => {
    const all = (await engineer.ask('/api/overview')).json.needs
    return all.filter(({ item }: { item: string | null }) => item === 'plc/program')
  }
  const change = async (text: string) => {
    const { length } = await versions()
    await api.site.write('plc/main.st', text)
    await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc'] } })
    await api.until(async () => (await versions()).length > length)
  }
  const [first] = await versions()
  await change('x := 2;\n')
  const [unexpected] = await api.until(async () => ((await needs()).length === 1 ? await needs() : null))
  const [second] = await versions()
  assert.deepEqual([unexpected?.kind, unexpected?.since], ['unexpected', second?.time])
  assert.ok(unexpected?.remedy?.endsWith(`or write plc/program@${first?.id} back.`), unexpected?.remedy ?? '')
  const { json } = await engineer.ask('/api/findings?code=changed-unexpectedly')
  assert.doesNotMatch(json.rows[0].remedy, /@previous/)

  await engineer.ask(`/api/items/plc/program/versions/${first?.id}/approve`, { method: 'POST', body: { note: null } })
  await change('x := 3;\n')
  const bear = (code: string) =>
    engineer.ask('/api/findings/acknowledge', {
      method: 'POST',
      body: { code, subject: 'plc/program', reason: 'known', until: '2d' },
    })
  assert.equal((await bear('changed-unexpectedly')).status, 200)
  const [drift] = await api.until(async () =>
    (await needs()).some(({ kind }) => kind === 'drift') ? await needs() : null,
  )
  assert.deepEqual([drift?.kind, drift?.since], ['drift', second?.time], 'since the first that differs')
  const all = (count: number) =>
    engineer.ask('/api/findings/acknowledge-all', {
      method: 'POST',
      body: { code: 'drifted', count, reason: 'known', until: '2d' },
    })
  const refused = await all(2)
  assert.deepEqual([refused.status, refused.json.error.code], [412, 'changed'], 'there is one only')
  assert.equal((await all(1)).status, 200)
  await api.until(async () => (await needs()).length === 0)
  const body = { code: 'drifted', subject: 'plc/program', reason: 'no more' }
  assert.equal((await engineer.ask('/api/findings/end', { method: 'POST', body })).status, 200)
  await api.until(async () => (await needs()).length === 1)
})

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

test('the site file is checked, saved with its etag only, and its versions can be read', async () => {
  await using api = await testApi()
  await captured(api)
  const administrator = await api.as('administrator')
  const { json: before } = await administrator.ask('/api/site')
  const text: string = before.text.replace('name: Test plant', 'name: Renamed plant')
  const wrong = await administrator.ask('/api/site/check', { method: 'POST', body: { text: `${text}nonsense: 1\n` } })
  assert.equal(wrong.json.sound, false)
  assert.equal(wrong.json.problems[0].line, text.split('\n').length)
  const checked = await administrator.ask('/api/site/check', { method: 'POST', body: { text } })
  assert.equal(checked.json.sound, true, checked.text)
  const asking = text.replace(
    'via: files, options: { path: "./plc" }',
    'via: ftp, options: { host: plc, user: jo, secret: plc-1 }',
  )
  const unset = await administrator.ask('/api/site/check', { method: 'POST', body: { text: asking } })
  assert.deepEqual(
    unset.json.problems.map(({ message }: { message: string }) => message),
    ['the secret "plc-1" is not set'],
  )
  assert.match(JSON.stringify(unset.json.hunks), /secret: plc-1 \}/)
  assert.equal(checked.json.hunks[0].lines.filter((line: { kind: string }) => line.kind === 'added').length, 1)
  const save = (match: string | null, value = text) =>
    administrator.ask('/api/site', {
      method: 'PUT',
      body: { text: value },
      headers: match === null ? {} : { 'if-match': match },
    })
  assert.equal((await save(null)).status, 428)
  assert.equal((await save('0'.repeat(64))).status, 412)
  const invalid = await save(before.etag, 'site: 3\n')
  assert.equal(invalid.status, 422)
  assert.ok(invalid.json.error.site.length > 0)
  const saved = await save(before.etag)
  assert.equal(saved.status, 200, saved.text)
  assert.notEqual(saved.json.etag, before.etag)
  assert.equal((await administrator.ask('/api/session')).json.site, 'Renamed plant')
  const versions = await api.until(async () => {
    const { json } = await administrator.ask('/api/site/versions')
    return json.rows.length >= 2 ? json.rows : null
  })
  const old = await administrator.ask(`/api/site/versions/${versions.at(-1)?.id}`)
  assert.match(old.json.text, /Test plant/, old.text)
})

test('over a file on the disk that has errors, or is gone, what is in force is written back with the etag of that file', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const { text, etag } = (await administrator.ask('/api/site')).json
  const save = (match: string) =>
    administrator.ask('/api/site', { method: 'PUT', body: { text }, headers: { 'if-match': match } })
  const breakIt = [
    () => api.site.write('site.yaml', text.replace('zone: cell', 'zone: cell-zzz')),
    () => rm(api.site.at('site.yaml')),
  ]
  for (const act of breakIt) {
    await act()
    await api.node.reload()
    const { refused } = (await administrator.ask('/api/site')).json
    assert.equal((await save(etag)).status, 412, 'what is in force is not what the disk holds')
    const saved = await save(refused.etag)
    assert.equal(saved.status, 200, saved.text)
    assert.equal(saved.json.refused, null)
    assert.equal(await readFile(api.site.at('site.yaml'), 'utf8'), text)
  }
  const { rows } = (await administrator.ask('/api/site/versions')).json
  assert.deepEqual(rows.map(({ errors }: { errors: number }) => errors).toSorted(), [0, 0, 1])
  assert.equal(rows[0].errors, 0)
})

test('a version of the site definition says who wrote it, where the journal names that content', async () => {
  await using api = await testApi()
  await captured(api)
  const administrator = await api.as('administrator')
  const save = async (change: (text: string) => string) => {
    const { text, etag } = (await administrator.ask('/api/site')).json
    const body = { text: change(text) }
    const saved = await administrator.ask('/api/site', { method: 'PUT', body, headers: { 'if-match': etag } })
    assert.equal(saved.status, 200, saved.text)
    return saved.json
  }
  const original = (await administrator.ask('/api/site')).json.text as string
  const actors = async (count: number) =>
    api.until(async () => {
      const { rows } = (await administrator.ask('/api/site/versions')).json
      return rows.length >= count ? rows.map(({ actor }: { actor: string | null }) => actor) : null
    })
  await save(text => `${text}# by hand in the page\n`)
  const first = await actors(2)
  assert.equal(first[0], 'administrator')
  assert.equal(first.at(-1), null, 'init wrote it, or somebody on the disk')
  // the same content as the first, put back on the disk
  await api.site.write('site.yaml', original)
  await api.node.reload()
  await save(text => `${text}# once more\n`)
  const later = await actors(4)
  assert.deepEqual(
    later.slice(1).map((actor: string | null) => actor !== null),
    [false, true, false],
  )
  assert.equal(later[0], 'administrator')
})

test('live state comes as events, goes on after a break, and ends when the node stops', async () => {
  const api = await testApi()
  try {
    await captured(api)
    const viewer = await api.as('viewer')
    const stop = new AbortController()
    const response = await fetch(`${api.served.url}api/events`, {
      headers: { cookie: viewer.cookie },
      signal: stop.signal,
    })
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    const read = async (wanted: RegExp) => {
      while (!wanted.test(seen)) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`ended without ${wanted}: ${seen}`)
        seen += value
      }
    }
    await read(/event: reset\n/)
    const operator = await api.as('operator')
    await operator.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })
    await read(/event: run\ndata: .*"state":"ended"/)
    const last = [...seen.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? ''
    stop.abort()
    await operator.ask('/api/captures', { method: 'POST', body: { items: ['hmi/screens'] } })
    await api.until(async () => (await operator.ask('/api/runs?live=true')).json.live === 0)
    const again = await fetch(`${api.served.url}api/events`, {
      headers: { cookie: viewer.cookie, 'last-event-id': last },
      signal: AbortSignal.timeout(15_000),
    })
    const ended = again.text()
    await api[Symbol.asyncDispose]()
    const rest = await ended
    assert.doesNotMatch(rest, /event: reset/)
    assert.match(rest, /hmi\/screens/)
    assert.match(rest, /event: stopping/)
  } finally {
    await api[Symbol.asyncDispose]()
  }
})

test('a stream where nothing happens shows that it lives, and a session that is over hears nothing more', async () => {
  await using api = await testApi({ heartbeat: 50 })
  const viewer = await api.as('viewer')
  const response = await fetch(`${api.served.url}api/events`, {
    headers: { cookie: viewer.cookie },
    signal: AbortSignal.timeout(15_000),
  })
  let seen = ''
  let signedOut = false
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    seen += part
    if (!/(?:event: ping\ndata: \{\}\n\n){2}/.test(seen)) continue
    if (!signedOut) await viewer.ask('/api/session', { method: 'DELETE' })
    signedOut = true
  }
  assert.ok(signedOut, seen)
  assert.doesNotMatch(seen, /id: \S+\nevent: ping/)
})

test('whoever listens hears nothing more once their token is gone or their grants are others; listening is no use of a session', async () => {
  await using api = await testApi({ heartbeat: 50 })
  const by = localManager('test')
  const { signal } = new AbortController()
  const grants = [{ role: 'viewer' as const, zones: ['cell'] }]
  const made = { name: 'script', grants, lifetime: 3_600_000 }
  const token = await makeToken(api.people, by, made, signal)
  const listen = async (headers: Record<string, string>) => {
    const response = await fetch(`${api.served.url}api/events`, { headers, signal: AbortSignal.timeout(15_000) })
    assert.equal(response.status, 200)
    return response.text()
  }
  const { cookie } = await api.as('viewer')
  const session = cookie.split('=')[1] ?? ''
  const [script, over, viewer] = [
    listen({ authorization: `Bearer ${token}` }),
    makeToken(api.people, by, { ...made, name: 'short' }, signal).then(short =>
      listen({ authorization: `Bearer ${short}` }),
    ),
    listen({ cookie }),
  ]
  await api.until(() => api.served.events.clients === 3)
  const seen = api.people.sessions.look(session)?.seen
  api.clock.ahead += 600_000
  await new Promise(resolve => setTimeout(resolve, 300))
  assert.equal(api.people.sessions.look(session)?.seen, seen, 'it was not used')
  await removeToken(api.people, by, 'script', signal)
  assert.match(await script, /event: ping/)
  assert.equal(api.served.events.clients, 2)
  await changeAccount(api.people, by, 'viewer', { grants: [{ role: 'administrator', zones: 'all' }] }, signal)
  await viewer
  api.clock.ahead += 3_600_000
  await over
})

test('whoever manages people hears of an account that another process makes, and nobody else does', async () => {
  await using api = await testApi()
  const [administrator, engineer] = [await api.as('administrator'), await api.as('engineer')]
  const listen = async ({ cookie }: { cookie: string }) => {
    const { body } = await fetch(`${api.served.url}api/events`, {
      headers: { cookie },
      signal: AbortSignal.timeout(15_000),
    })
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
    return async (until: RegExp) => {
      for (let seen = ''; ; ) {
        if (until.test(seen)) return seen
        seen += (await reader.read()).value
      }
    }
  }
  const [hears, other] = [await listen(administrator), await listen(engineer)]
  const added = await api.site.run(['people', 'add', 'zoe', '--role', 'viewer'], `${password}\n`)
  assert.equal(added.code, 0, added.err)
  await hears(/event: people\n/)
  const { rows } = (await administrator.ask('/api/people')).json
  assert.ok(rows.some(({ name }: { name: string }) => name === 'zoe'))
  const run = (await engineer.ask('/api/captures', { method: 'POST', body: { items: ['plc/program'] } })).json.rows[0]
    .id
  const seen = await other(new RegExp(`"id":"${run}"`))
  assert.match(seen, /"what":"person"/)
  assert.doesNotMatch(seen, /event: people/)
})

test('the site file is saved by whoever has just shown who they are', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const { text, etag } = (await administrator.ask('/api/site')).json
  api.clock.ahead += 3_600_000
  const save = () =>
    administrator.ask('/api/site', { method: 'PUT', body: { text: `${text}# x\n` }, headers: { 'if-match': etag } })
  assert.equal((await save()).json.error.code, 'proof-needed')
  await administrator.ask('/api/session/proof', { method: 'POST', body: { password } })
  assert.equal((await save()).status, 200)
})

test('runs are asked for by their ids, as many as a request takes; what is not known or not seen is left out', async () => {
  await using api = await testApi()
  await captured(api)
  const operator = await api.as('operator')
  const { json } = await operator.ask('/api/captures', { method: 'POST', body: { items: 'all' } })
  const ids: string[] = json.rows.map(({ id }: { id: string }) => id)
  assert.equal(ids.length, 2)
  const longest = '20261129T100601341Z-00000000'
  const many = [...ids, ...Array.from({ length: 498 }, (_, n) => `${longest.slice(0, -3)}${100 + n}`)]
  const known = async (client: typeof operator, list: readonly string[]) =>
    (await client.ask(`/api/runs?ids=${list.join()}`)).json.rows?.map(({ id }: { id: string }) => id)
  assert.deepEqual(new Set(await known(operator, many)), new Set(ids))
  assert.deepEqual(await known(operator, ids.slice(0, 1)), ids.slice(0, 1))
  assert.equal((await known(await api.as('cell-operator'), ids)).length, 1)
  assert.equal((await operator.ask(`/api/runs?ids=${[...many, 'x'].join()}`)).status, 400)
})

test('a site file of 2,000 assets and 10,000 items is checked; one that holds more than any plant is not begun with', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const { text, etag } = (await administrator.ask('/api/site')).json
  const check = (body: string) => administrator.ask('/api/site/check', { method: 'POST', body: { text: body } })
  const plant = Array.from({ length: 2_000 }, (_, n) => {
    const items = Array.from(
      { length: 5 },
      (_, m) => `      - { id: item-${m}, kind: program, via: files, options: { path: ./plc/${n} }, every: 15m }\n`,
    )
    return `  - id: filler-${n}\n    name: Filler number ${n}\n    kind: plc\n    zone: cell\n    items:\n${items.join('')}`
  })
  const large = await check(text.replace(/^assets:\n/m, `assets:\n${plant.join('')}`))
  assert.equal(large.json.counts?.items, 10_002, large.text.slice(0, 300))
  const hostile = `site: {${Array.from({ length: 200_000 }, (_, n) => `k${n}: 1,`).join('')}}\n`
  for (const body of [hostile, `assets: [${'{},'.repeat(200_000)}]`, `${text}# ${'x'.repeat(2_200_000)}\n`]) {
    const begun = performance.now()
    assert.equal((await check(body)).json.error.code, 'too-large')
    const put = { method: 'PUT', body: { text: body }, headers: { 'if-match': etag } }
    assert.equal((await administrator.ask('/api/site', put)).status, 413)
    assert.ok(performance.now() - begun < 2_000, 'it was not parsed')
  }
})

test('the journal is read by person: what they did from any address, and what the node tells of them', async () => {
  await using api = await testApi()
  await captured(api)
  const engineer = await api.as('engineer')
  const administrator = await api.as('administrator')
  for (const client of [engineer, administrator, engineer]) {
    const body = { note: 'checked' }
    await client.ask('/api/items/plc/program/versions/latest/approve', { method: 'POST', body })
  }
  const rows: { actor: string; from: string | null; what: string; sentence: string }[] = []
  for (let cursor = ''; ; ) {
    const { json } = await engineer.ask(`/api/journal?who=engineer&limit=1${cursor}`)
    assert.ok(json.rows.length <= 1)
    rows.push(...json.rows)
    if (json.next === null) break
    cursor = `&cursor=${json.next}`
  }
  assert.deepEqual(
    rows.map(({ actor, from, what }) => [actor, from, what]),
    [
      ['engineer', '127.0.0.1', 'approved'],
      ['engineer', '127.0.0.1', 'approved'],
      ['engineer', '127.0.0.1', 'person'],
    ],
  )
  assert.equal(rows[2]?.sentence, 'engineer signed in: by password.')
  assert.deepEqual((await engineer.ask('/api/journal?who=engin')).json.rows, [])
  const made = await engineer.ask('/api/journal?who=test&what=person')
  assert.match(made.json.rows[0].sentence, /^cell-operator was made by test: operator/)
})

test('the socket of this machine needs no account; the first administrator is made with the token that was printed', async () => {
  await using api = await testApi()
  const socketPath = api.site.at('data', 'run', 'node.sock')
  const answer = await send(
    { socketPath, path: '/api/session', headers: { 'x-blackstart-actor': 'jo@desk' } },
    undefined,
  )
  assert.deepEqual([answer.json.person.name, answer.json.person.kind], ['jo@desk', 'local'])
  const body = JSON.stringify({ items: 'all' })
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  const run = await send({ socketPath, path: '/api/captures', method: 'POST', headers }, body)
  assert.equal(run.json.rows.length, 2, run.text)
  const first = { token: 'AAAA-BBBB', name: 'x', displayName: 'X', password }
  const refused = await api.ask('/api/first-administrator', { method: 'POST', body: first })
  assert.deepEqual([refused.status, refused.json.error.code], [401, 'sign-in-refused'])
})

test('what has not changed is answered with 304; health and metrics name no item', async () => {
  await using api = await testApi()
  await captured(api)
  const viewer = await api.as('viewer')
  await api.until(async () => (await viewer.ask('/api/runs?live=true')).json.live === 0)
  const first = await viewer.ask('/api/map')
  const etag = first.headers.get('etag') ?? ''
  const again = await viewer.ask('/api/map', { headers: { 'if-none-match': etag } })
  assert.deepEqual([again.status, again.text], [304, ''])
  const health = await api.ask('/healthz')
  assert.deepEqual([health.status, health.json.ok], [200, true])
  const metrics = await viewer.ask('/metrics')
  assert.match(metrics.text, /blackstart_runs_total\{does="capture",outcome="version"\} \d/)
  assert.doesNotMatch(metrics.text, /plc|hmi/)
  assert.equal((await api.ask('/metrics')).status, 401)
  const described = await api.ask('/api/openapi.json')
  assert.equal(described.json.openapi, '3.1.0')
  assert.ok(
    described.json.paths['/api/items/{asset}/{item}/diff'].get.responses['4XX'],
    'every error shape is described',
  )
})

test('what was never read is what was read longest ago', async () => {
  await using api = await testApi({ text: text => text.replace('"./plc"', '"./missing"') })
  await api.until(() => api.node.judged().judgement.items.some(({ lastConfirmed }) => lastConfirmed !== null))
  const viewer = await api.as('viewer')
  const ids = async (sort: string) =>
    (await viewer.ask(`/api/items?sort=${sort}`)).json.rows.map(({ id }: { id: string }) => id)
  assert.deepEqual(await ids('confirmed'), ['plc/program', 'hmi/screens'])
  assert.deepEqual(await ids('-confirmed'), ['hmi/screens', 'plc/program'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { captured, testApi } from './test-api.ts'

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

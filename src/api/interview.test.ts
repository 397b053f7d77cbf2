import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type Client, testApi } from './test-api.ts'

const address = '/api/processes/filling/interview'
/** Nobody has said how long it may stand still. */
const unasked = (text: string) => text.replace('mtdl: 1h, mtd: 4h,', 'mtdl: 1h,   # asked in May\n     ')

const answer = (client: Client, answers: unknown, propose = true) =>
  client.ask(address, { method: 'POST', body: { answers, propose } })

interface Question {
  readonly id: string
  readonly text: string
  readonly consequence: string | null
  readonly current: { readonly text: string; readonly span: number } | null
}

test('what is not known of a process is asked, answered, compared and saved; the command then asks nothing more', async () => {
  await using api = await testApi({ text: unasked })
  const administrator = await api.as('administrator')
  const overview = await administrator.ask('/api/overview')
  assert.deepEqual([overview.json.processes[0].mtd, overview.json.processes[0].mtdlStated], [null, true])
  const { json: asked } = await administrator.ask(address)
  const ids = asked.questions.map(({ id }: Question) => id)
  const [first] = asked.questions
  assert.deepEqual([first.id, first.current], ['mtd', null])
  assert.match(first.text, /How long may filling stand still/)
  assert.deepEqual([ids.includes('recovery.keys'), ids.at(-1)], [true, 'mtdl.configuration'])
  assert.deepEqual(asked.questions.at(-1).current, { text: '1h', span: 3_600_000 })
  assert.deepEqual(asked.questions.at(-1).about.total, 2)

  const answers = { mtd: '8 hours', 'recovery.detect': '', 'recovery.keys': '20 min', 'afterLoss.perLostHour': '10m' }
  const { status, json, text } = await answer(administrator, answers)
  assert.equal(status, 200, text)
  assert.deepEqual([json.wrong, json.contradiction], [[], null])
  assert.deepEqual(json.changed, ['mtd', 'recovery.keys', 'afterLoss.perLostHour'])
  assert.match(json.questions.at(-1).consequence, /Losing 1h costs 10m of work\. Of the MTD of 8h people need 20m/)
  assert.equal(json.proposal.sound, true, JSON.stringify(json.proposal.problems))
  const added = json.proposal.hunks.flatMap(({ lines }: { lines: readonly { kind: string; text: string }[] }) => lines)
  assert.ok(JSON.stringify(added).includes('mtd: 8h'), JSON.stringify(added))
  const before = await readFile(api.site.at('site.yaml'), 'utf8')
  assert.doesNotMatch(before, /mtd: 8h/)

  const saved = await administrator.ask('/api/site', {
    ...{ method: 'PUT', body: { text: json.proposal.text }, headers: { 'if-match': json.etag } },
  })
  assert.equal(saved.status, 200, saved.text)
  const after = await readFile(api.site.at('site.yaml'), 'utf8')
  assert.match(after, /mtd: 8h/)
  assert.match(after, /# asked in May/)
  const again = await answer(administrator, answers)
  assert.deepEqual([again.json.changed, again.json.proposal], [[], null])
  const ran = await api.site.run(['interview', 'filling', '--json'], '8h\n\n\n\n20m\n')
  assert.equal(ran.code, 0, ran.err)
  assert.deepEqual(JSON.parse(ran.out).answers, {})
  assert.deepEqual(api.mistakes, [])
})

test('answers are taken together; what is no answer, or cannot be right with the others, is told with its reason', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const wrong = await answer(administrator, { mtd: 'soon', 'mtdl.configuration': '99999d', 'recovery.keys': '1h' })
  assert.deepEqual(
    wrong.json.wrong.map(({ id }: Question) => id),
    ['mtd', 'mtdl.configuration'],
  )
  assert.match(wrong.json.wrong[0].reason, /give a time such as/)
  assert.equal(wrong.json.proposal, null)
  const long = await answer(administrator, { 'recovery.keys': '9h' })
  assert.match(long.json.contradiction, /takes 9h together, longer than the MTD of 4h/)
  assert.equal(long.json.proposal, null)
  // the longer MTD makes room for it, in whatever order they come
  const both = await answer(administrator, { 'recovery.keys': '9h', mtd: '1d' })
  assert.equal(both.json.contradiction, null)
  assert.match(both.json.proposal.text, /keys: 9h/)
  assert.equal((await answer(administrator, { mtd: '1d' }, false)).json.proposal, null)
})

test('whoever may not edit the site is asked nothing; what is no request is refused', async () => {
  await using api = await testApi()
  const viewer = await api.as('viewer')
  assert.equal((await viewer.ask(address)).status, 200)
  assert.equal((await (await api.as('cell-operator')).ask(address)).status, 403)
  for (const role of ['viewer', 'operator', 'engineer'] as const) {
    assert.equal((await answer(await api.as(role), { mtd: '1d' })).status, 403, role)
  }
  const administrator = await api.as('administrator')
  const none = await administrator.ask('/api/processes/fillin/interview')
  assert.equal(none.status, 404)
  assert.match(none.json.error.message, /Did you mean "filling"\?/)
  const unknown = await answer(administrator, { mtdx: '1d' })
  assert.deepEqual([unknown.status, unknown.json.error.code], [400, 'usage'])
  for (const answers of [{ mtd: 4 }, { mtd: 'x'.repeat(101) }, { ['m'.repeat(61)]: '1d' }, 'mtd', null, ['1d']]) {
    assert.equal((await answer(administrator, answers)).status, 400, JSON.stringify(answers))
  }
  const hostile = await administrator.ask(address, { method: 'POST', body: { answers: { constructor: '1d' } } })
  assert.equal(hostile.status, 400, hostile.text)
})

test('while the file on the disk has errors nothing is proposed that would be saved over it', async () => {
  await using api = await testApi()
  const administrator = await api.as('administrator')
  const text = await readFile(api.site.at('site.yaml'), 'utf8')
  await writeFile(api.site.at('site.yaml'), `${text}nonsense: yes\n`)
  await api.until(() => api.node.site().refused)
  const refused = await answer(administrator, { mtd: '1d' })
  assert.deepEqual([refused.status, refused.json.error.code], [409, 'refused'], refused.text)
  assert.equal((await answer(administrator, { mtd: '1d' }, false)).status, 200)
})

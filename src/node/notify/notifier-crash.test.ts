import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Notice } from './notice.ts'
import { parseRfc5424 } from './syslog/strict-parsers.ts'
import { collect, listen, notifyOf, testFolder } from './test-rig.ts'

const kills = 10

/** A node that tells of one notice after the other, says each number once it was accepted, and sends it. */
function program(folder: string, notify: object): string {
  const from = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
  return `
    import { openNotifier } from ${from('./notifier.ts')}
    import { openJournal } from ${from('../../archive/journal.ts')}
    const folder = ${JSON.stringify(folder)}
    let skipped = 0
    const now = () => new Date(Date.now() + skipped)
    const journal = openJournal({ file: folder + '/journal.jsonl', actor: 'node', locks: folder + '/run', now })
    const notify = { ...${JSON.stringify(notify)}, keep: Temporal.Duration.from({ hours: 1e6 }) }
    const notifier = openNotifier(
      { file: folder + '/notices.sqlite', folder, hostname: 'node-1', journal, now, random: Math.random, secret: () => 'key', onTrouble: () => {} },
      { name: 'S', timezone: 'UTC', notify },
    )
    const { signal } = new AbortController()
    const [first, last] = process.argv.slice(-2).map(Number)
    await notifier.deliverDue(signal)
    for (let number = first; number <= last; number += 1) {
      // no notice waits for others to gather
      skipped += 3_600_000
      await journal.append([{ type: 'administered', action: 'key-added', detail: String(number) }], signal)
      notifier.notify([{ id: 'n' + number, kind: 'drift', severity: 'alert', time: '2026-11-23T05:00:00.000Z', subject: null, zone: null,
        class: null, title: String(number), body: null, facts: {} }])
      process.stdout.write(number + '\\n')
      await notifier.deliverDue(signal)
    }
    await notifier.deliverDue(signal)
    process.stdout.write('done\\n')
    process.exit(0)
  `
}

interface Run {
  readonly child: ChildProcess
  readonly accepted: number[]
  readonly done: () => boolean
}

function start(t: TestContext, source: string, first: number, last: number): Run {
  const args = ['--input-type=module', '-e', source, '--', String(first), String(last)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const accepted: number[] = []
  let text = ''
  child.stdout?.on('data', chunk => {
    text += chunk
    accepted.splice(0, accepted.length, ...(text.match(/^\d+(?=\n)/gm) ?? []).map(Number))
  })
  return { child, accepted, done: () => text.endsWith('done\n') }
}

/** The numbers of the lines of the journal in the whole frames of a connection that may have been cut. */
function seqsOf(bytes: Buffer): number[] {
  const seqs: number[] = []
  let rest = bytes
  for (;;) {
    const length = /^(\d+) /.exec(rest.subarray(0, 8).toString('latin1'))
    const end = (length?.[0].length ?? 0) + Number(length?.[1] ?? 0)
    if (length === null || rest.length < end) return seqs
    seqs.push(Number(parseRfc5424(rest.subarray(length[0].length, end)).parameters.get('seq')))
    rest = rest.subarray(end)
  }
}

test(`${kills} kills while notices are sent lose none, and what comes twice has the same id`, async t => {
  const folder = await testFolder(t)
  const messages: { readonly id: string; readonly notices: readonly Notice[] }[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString('utf8')
    messages.push(JSON.parse(body))
    await sleep(3)
    response.end()
  })
  const port = await listen(server)
  t.after(() => server.close())
  const collector = await collect(t, null)
  const channels = [
    { id: 'hook', via: 'webhook', options: { url: `http://127.0.0.1:${port}/`, secret: 'hook' } },
    { id: 'siem', via: 'syslog', options: { host: '127.0.0.1', port: collector.port, transport: 'tcp' } },
  ]
  const rules = [{ events: [], zones: [], classes: [], to: ['hook'], when: 'at-once' as const }]
  const source = program(path.resolve(folder), notifyOf(channels, { rules, journal: ['siem'] }))

  const accepted = new Set<number>()
  let next = 1
  for (let kill = 0; kill < kills; kill += 1) {
    const run = start(t, source, next, next + 10_000)
    const before = messages.length
    while (messages.length < before + 2 && run.child.exitCode === null) await sleep(5)
    await sleep(Math.random() * 120)
    run.child.kill('SIGKILL')
    await once(run.child, 'close')
    for (const number of run.accepted) accepted.add(number)
    next = Math.max(next, ...run.accepted) + 1
  }
  const last = start(t, source, next, next + 2)
  await once(last.child, 'close')
  assert.ok(last.done())
  for (const number of last.accepted) accepted.add(number)

  const came = messages.flatMap(({ notices }) => notices.map(({ title }) => Number(title)))
  assert.ok(accepted.size > kills)
  assert.deepEqual(
    [...accepted].filter(number => !came.includes(number)),
    [],
  )
  // the same message twice is the same notices; without it, no notice came twice
  const distinct = new Map(messages.map(message => [message.id, message.notices.map(({ title }) => Number(title))]))
  const unique = [...distinct.values()].flat()
  assert.deepEqual(unique, [...new Set(unique)])
  assert.deepEqual(
    unique,
    unique.toSorted((a, b) => a - b),
  )
  assert.ok(messages.length - distinct.size <= kills)

  const seqs = collector.received.flatMap(seqsOf)
  const newest = Math.max(...seqs)
  assert.ok(newest >= accepted.size)
  assert.deepEqual(
    [...new Set(seqs)].toSorted((a, b) => a - b),
    Array.from({ length: newest }, (_, index) => index + 1),
  )
})

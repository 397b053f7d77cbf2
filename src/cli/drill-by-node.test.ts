import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type TestApi, testApi } from '../api/test-api.ts'
import { drillByNode } from './drill-by-node.ts'
import { findNode } from './node-client.ts'
import { output } from './output.ts'

/** A node with an item that is small in the repository, and long to open: 20 GB of nothing. */
async function slowNode(): Promise<TestApi> {
  const api = await testApi({ text: text => text.replace('path: "./hmi"', 'path: "./slow"') })
  await api.site.write('slow/log.gz', Buffer.concat(Array(300).fill(gzipSync(Buffer.alloc(2 ** 26)))))
  await api.site.json(['capture'])
  return api
}

/** Begins a drill of all items, and ends once the second one goes on. */
async function begun(api: TestApi, signal: AbortSignal) {
  const own = {
    folder: api.site.folder,
    actor: 'jo@desk',
    out: output(true),
    now: () => new Date(),
    signal,
    onOutdated: assert.fail,
  }
  const node = await findNode(own)
  assert.ok(node !== null)
  const going = Promise.withResolvers<string>()
  const drilled = drillByNode(
    node,
    [],
    { keep: false },
    (_, { id, item }) => item === 'hmi/screens' && going.resolve(id),
    signal,
  )
  drilled.catch(going.reject)
  return { drilled, id: await going.promise }
}

test('a drill that is interrupted is stopped in the node, in the name of who began it', async () => {
  await using api = await slowNode()
  const stop = new AbortController()
  const { drilled, id } = await begun(api, stop.signal)
  stop.abort()
  await assert.rejects(drilled, { name: 'AbortError' })
  const { json } = await (await api.as('operator')).ask(`/api/drills/${id}`)
  assert.deepEqual([json.ended === null, json.results.length], [false, 1])
  const journal = await readFile(api.site.at('data', 'journal.jsonl'), 'utf8')
  assert.match(journal, /"actor":"jo@desk \(socket\)","event":{"type":"cut-short","what":"drill"/)
})

test('a drill that somebody else stops is no success', async () => {
  await using api = await slowNode()
  const { drilled, id } = await begun(api, new AbortController().signal)
  await (await api.as('operator')).ask(`/api/drills/${id}/stop`, { method: 'POST' })
  await assert.rejects(drilled, { code: 'interrupted', message: /1 of 2 items were rehearsed/ })
})

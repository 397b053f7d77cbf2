import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { testSite } from '../../lab/test-site.ts'

const run = promisify(execFile)

/** Sets and removes secrets of one site in a process of its own, as fast as it can. */
const script = (prefix: string, folder: string) => `
import { openSiteArchive } from ${JSON.stringify(new URL('./open-site.ts', import.meta.url))}
const signal = AbortSignal.timeout(60_000)
await using archive = await openSiteArchive({ folder: ${JSON.stringify(folder)}, now: () => new Date(), actor: 'test', signal })
for (let at = 0; at < 25; at += 1) {
  await archive.secrets.set('${prefix}-' + at, 'value ' + at, new Date())
  if (at % 5 === 4) await archive.secrets.remove('${prefix}-' + (at - 1))
}`

test('what two processes change in the secrets at the same time is all kept', { timeout: 90_000 }, async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const prefixes = ['one', 'two', 'three']
  await Promise.all(
    prefixes.map(prefix => run(process.execPath, ['--input-type=module', '-e', script(prefix, site.folder)])),
  )
  await using archive = await site.open()
  const names = archive.secrets.list().map(({ name }) => name)
  const expected = prefixes.flatMap(prefix =>
    Array.from({ length: 25 }, (_, at) => at)
      .filter(at => at % 5 !== 3)
      .map(at => `${prefix}-${at}`),
  )
  assert.deepEqual(names.toSorted(), expected.toSorted())
  for (const name of names) assert.equal(archive.secrets.get(name), `value ${name.split('-')[1]}`)
})

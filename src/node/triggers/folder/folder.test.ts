import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { FolderTrigger } from '../../../site/site.ts'
import { eventually, testTriggers } from '../test-triggers.ts'
import { FolderChanges, settleTiming } from './folder-changes.ts'
import { FolderWatchers } from './folder-watchers.ts'

interface Share extends AsyncDisposable {
  readonly folder: string
  at(...names: string[]): string
}

async function share(): Promise<Share> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-share-'))
  await mkdir(path.join(folder, 'projects', 'line-1'), { recursive: true })
  await writeFile(path.join(folder, 'projects', 'line-1', 'filler.zap16'), 'one')
  await writeFile(path.join(folder, 'projects', 'notes.txt'), 'one')
  return {
    folder,
    at: (...names) => path.join(folder, ...names),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

const second = Temporal.Duration.from({ seconds: 1 })

function watched(share: Share, options: Partial<FolderTrigger['options']> = {}) {
  const trigger: FolderTrigger = {
    ...{ id: 'engineering', via: 'folder', items: ['plc/program'], notes: null },
    options: { path: 'projects', pattern: '**/*.zap*', scan: second, ...options },
  }
  return testTriggers([trigger], { folder: share.folder })
}

const working = ({ status }: { readonly status: string }) => status === 'working'

test('a project that is saved has its item captured, another file has not', { timeout: 60_000 }, async () => {
  await using files = await share()
  await using plant = watched(files)
  const { text } = await plant.until(working)
  assert.equal(text, `watches ${files.at('projects')} (1 file)`)
  await appendFile(files.at('projects', 'notes.txt'), 'two')
  await mkdir(files.at('projects', 'line-2'))
  await writeFile(files.at('projects', 'line-2', 'capper.zap16'), 'new')
  const [asked] = await plant.askedFor(1)
  assert.equal(asked?.item, 'plc/program')
  assert.equal(asked?.seen.what, 'line-2/capper.zap16 was saved or removed')
  assert.equal(plant.state().counts.matched, 1)
})

test('a file that is written slowly counts once, when it holds still', { timeout: 60_000 }, async () => {
  await using files = await share()
  await using plant = watched(files)
  await plant.until(working)
  {
    await using handle = await open(files.at('projects', 'line-1', 'filler.zap16'), 'a')
    for (let piece = 0; piece < 12; piece++) {
      await handle.write('x'.repeat(1000))
      await sleep(300)
      assert.equal(plant.state().counts.matched, 0, 'it is still being written')
    }
  }
  const ended = performance.now()
  await plant.until(({ counts }) => counts.matched === 1)
  assert.ok(performance.now() - ended > settleTiming.settle - 1500)
  await sleep(1500)
  assert.equal(plant.state().counts.matched, 1)
})

test('a file that is gone, or renamed, is a change', { timeout: 60_000 }, async () => {
  await using files = await share()
  await using plant = watched(files)
  await plant.until(working)
  await rename(files.at('projects', 'line-1', 'filler.zap16'), files.at('projects', 'line-1', 'filler.old'))
  await plant.until(({ counts }) => counts.matched === 1)
  await rename(files.at('projects', 'line-1', 'filler.old'), files.at('projects', 'line-1', 'filler.zap17'))
  await plant.until(({ counts }) => counts.matched === 2)
})

test('a share that is not mounted is a state; what was saved meanwhile counts when it is back', {
  timeout: 60_000,
}, async () => {
  await using files = await share()
  await using plant = watched(files)
  await plant.until(working)
  await rename(files.at('projects'), files.at('away'))
  const { text } = await plant.until(({ status }) => status === 'blind')
  assert.match(
    text,
    /^trigger engineering: .*projects does not exist\. Check options\.path, and that the share is mounted\.$/,
  )
  await mkdir(files.at('projects')) // the mount point
  await plant.until(state => /is empty, and held files before\. Check that the share is mounted/.test(state.text))
  await appendFile(files.at('away', 'line-1', 'filler.zap16'), 'two')
  await rm(files.at('projects'), { recursive: true })
  await rename(files.at('away'), files.at('projects'))
  await plant.until(state => state.status === 'working' && state.counts.matched === 1)
})

test('a folder that is not there when the node starts is waited for', { timeout: 60_000 }, async () => {
  await using files = await share()
  await using plant = watched(files, { path: 'later' })
  await plant.until(({ status }) => status === 'blind')
  await mkdir(files.at('later'))
  await plant.until(working)
  await writeFile(files.at('later', 'a.zap16'), 'x')
  await plant.askedFor(1)
})

test('links are not followed out of the folder', { timeout: 60_000 }, async () => {
  await using files = await share()
  await mkdir(files.at('outside'))
  await writeFile(files.at('outside', 'a.zap16'), 'x')
  await symlink('../outside', files.at('projects', 'link'))
  await symlink('..', files.at('projects', 'up'))
  await using plant = watched(files)
  const { text } = await plant.until(working)
  assert.match(text, /\(1 file\)/)
  await appendFile(files.at('outside', 'a.zap16'), 'y')
  await sleep(3500)
  assert.equal(plant.state().counts.received, 0)
})

test('the system tells of changes at once, and everything is released at the end', { timeout: 30_000 }, async () => {
  await using files = await share()
  const before = await inotifyWatches()
  let hints = 0
  {
    using watchers = new FolderWatchers(() => {
      hints += 1
    })
    assert.equal(watchers.watch([files.at('projects'), files.at('projects', 'line-1')]), true)
    assert.equal(watchers.watch([files.at('projects'), files.at('projects', 'line-1')]), false)
    await writeFile(files.at('projects', 'line-1', 'a'), 'x')
    await eventually(() => hints > 0)
    assert.equal(await inotifyWatches(), before + 2)
    watchers.watch([files.at('projects')])
    assert.equal(watchers.watch([files.at('gone')]), false)
  }
  assert.equal(await inotifyWatches(), before)
})

/** What this process has the system watch. */
async function inotifyWatches(): Promise<number> {
  let count = 0
  for (const fd of await readdir('/proc/self/fdinfo')) {
    const text = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8').catch(() => '') // the listing's own is gone
    count += text.match(/^inotify /gm)?.length ?? 0
  }
  return count
}

test('nothing that changed is forgotten, nothing is told that did not, whatever the order', () => {
  const change = fc.record({ file: fc.constantFrom('a', 'b', 'c'), facts: fc.option(fc.nat(3), { nil: null }) })
  const looks = fc.array(fc.tuple(fc.array(change, { maxLength: 3 }), fc.integer({ min: 1, max: 5000 })), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(looks, steps => {
      const changes = new FolderChanges()
      const files = new Map<string, string>()
      assert.deepEqual(changes.look(new Map(files), 0), [])
      const pending = new Set<string>()
      let now = 0
      const look = () => {
        for (const told of changes.look(new Map(files), now)) {
          assert.ok(pending.has(told), `${told} had not changed`)
          pending.delete(told)
        }
      }
      for (const [edits, pause] of steps) {
        const before = new Map(files)
        for (const { file, facts } of edits) {
          if (facts === null) files.delete(file)
          else files.set(file, `${facts}`)
        }
        for (const file of ['a', 'b', 'c']) if (before.get(file) !== files.get(file)) pending.add(file)
        now += pause
        look()
      }
      now += settleTiming.settle
      look()
      assert.deepEqual([...pending], [])
      assert.equal(changes.restless, false)
    }),
  )
})

test('a file that never holds still counts after a minute all the same', () => {
  const changes = new FolderChanges()
  const told: number[] = []
  for (let now = 0; now <= 100_000; now += 1000) {
    if (changes.look(new Map([['log', `${now}`]]), now).length > 0) told.push(now)
  }
  assert.deepEqual(told, [61_000])
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { restic } from '../../lab/peers/restic.ts'
import { disk } from '../../lab/power-disk.ts'
import { startBlackstart } from '../../lab/run-blackstart.ts'
import { siteAt, siteText } from '../../lab/test-site.ts'
import { findVersion } from './find-version.ts'
import { openStoredFile } from './version-entries.ts'

const cuts = 10
const items = ['plc-a/program', 'plc-b/program', 'robot/backup', 'hmi/project', 'switch/configuration'] as const
const root = process.getuid?.() === 0
const skip = root ? false : 'loop mounts need root'

test(`${cuts} power cuts while a sweep runs lose nothing that was reported done`, { skip }, async () => {
  const work = await mkdtemp(path.join(os.tmpdir(), 'blackstart-powercut-'))
  try {
    await using power = await disk(work)
    const site = siteAt(path.join(power.folder, 'site'))
    await mkdir(site.folder)
    const devices = path.join(work, 'devices')
    await writeFile(site.at('site.yaml'), siteText(items.map(id => ({ id, path: path.join(devices, id) }))))
    execFileSync('sync', [site.at('site.yaml'), site.folder]) // as an editor does
    assert.equal((await site.run(['init'])).code, 0)
    const reported = new Map<string, { item: string; content: Buffer }>()
    let whole = 4_000
    for (let round = 0; round <= cuts; round += 1) {
      const contents = new Map<string, Buffer>()
      for (const item of items) {
        const content = randomBytes(2_000_000)
        await mkdir(path.join(devices, item), { recursive: true })
        await writeFile(path.join(devices, item, 'program.bin'), content)
        contents.set(item, content)
      }
      const child = startBlackstart(['capture'], { site: site.folder })
      let said = ''
      child.stderr?.on('data', (part: Buffer) => {
        said += part.toString('utf8')
      })
      const ended = once(child, 'close')
      const started = performance.now()
      await Promise.race([sleep(round === 0 ? 60_000 : Math.random() * whole, undefined, { ref: false }), ended])
      if (round === 0) whole = performance.now() - started
      const saidBefore = said // what is said after this moment need not have reached the disk's copy
      note(reported, saidBefore, contents)
      await using copy = await power.cut()
      await ended
      await assertSound(path.join(work, 'survivor'), path.join(copy.folder, 'site'), reported)
      note(reported, said, contents)
    }
    process.stdout.write(`${reported.size} reported versions were restored after the last of ${cuts} power cuts\n`)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
})

function note(
  reported: Map<string, { item: string; content: Buffer }>,
  said: string,
  contents: ReadonlyMap<string, Buffer>,
): void {
  for (const [, item = '', version = ''] of said.matchAll(/(\S+\/\S+) {2}new version {2}(\S+),/g)) {
    const content = contents.get(item)
    if (content !== undefined) reported.set(version, { item, content })
  }
}

/** Everything that was reported is there, and the next sweep runs by itself: on a copy, as the mount is thrown away. */
async function assertSound(
  copy: string,
  folder: string,
  reported: ReadonlyMap<string, { item: string; content: Buffer }>,
): Promise<void> {
  await cp(folder, copy, { recursive: true, preserveTimestamps: true })
  try {
    const site = siteAt(copy)
    const stock = restic(site.at('data/repository'), site.at('data/keys/repository.key'))
    stock('unlock', '--remove-all')
    stock('check', '--read-data')
    const next = await site.run(['capture'])
    assert.equal(next.code, 0, next.err)
    await using archive = await site.open()
    for (const [version, { item, content }] of reported) {
      const record = await findVersion(archive.record, item, version)
      const chunks = await Array.fromAsync(openStoredFile(archive, record, 'program.bin', new AbortController().signal))
      assert.ok(Buffer.concat(chunks).equals(content), `${item}@${version} is not what was captured`)
    }
  } finally {
    await rm(copy, { recursive: true })
  }
}

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
import { startBlackstart } from '../../lab/run-blackstart.ts'
import { siteAt, siteText } from '../../lab/test-site.ts'
import { findVersion } from './find-version.ts'
import { openStoredFile } from './version-entries.ts'

const cuts = 10
const items = ['plc-a/program', 'plc-b/program', 'robot/backup', 'hmi/project', 'switch/configuration'] as const
const root = process.getuid?.() === 0
const skip = root ? false : 'loop mounts need root'

interface Disk extends AsyncDisposable {
  /** Where the disk's file system is mounted. */
  readonly folder: string
  /** Cuts the power: a copy of what had reached the disk in this instant, mounted; disposed of by its own disposal. */
  cut(): Promise<Disk>
}

/** An ext4 disk in an image that lies on an XFS volume with reflinks, so that a copy of it is made in an instant. */
async function disk(work: string): Promise<Disk> {
  const [host, folder] = [path.join(work, 'host'), path.join(work, 'disk')]
  for (const one of [host, folder]) await mkdir(one)
  run('truncate', '-s', '3G', path.join(work, 'host.xfs'))
  run('mkfs.xfs', '-q', '-m', 'reflink=1', path.join(work, 'host.xfs'))
  run('mount', '-o', 'loop', path.join(work, 'host.xfs'), host)
  const image = path.join(host, 'disk.img')
  run('truncate', '-s', '1G', image)
  run('mkfs.ext4', '-q', image)
  run('mount', '-o', 'loop', image, folder)
  let copies = 0
  return {
    folder,
    async cut() {
      copies += 1
      const [copy, mounted] = [path.join(host, `cut-${copies}.img`), path.join(work, `cut-${copies}`)]
      run('cp', '--reflink=always', image, copy)
      await mkdir(mounted)
      run('mount', '-o', 'loop', copy, mounted)
      return {
        folder: mounted,
        cut: () => Promise.reject(new Error('a copy is not cut again')),
        async [Symbol.asyncDispose]() {
          run('umount', mounted)
          await rm(copy)
        },
      }
    },
    async [Symbol.asyncDispose]() {
      run('umount', folder)
      run('umount', host)
    },
  }
}

function run(program: string, ...words: string[]): void {
  execFileSync(program, words, { stdio: 'pipe' })
}

test(`${cuts} power cuts while a sweep runs lose nothing that was reported done`, { skip }, async () => {
  const work = await mkdtemp(path.join(os.tmpdir(), 'blackstart-powercut-'))
  try {
    await using power = await disk(work)
    const site = siteAt(path.join(power.folder, 'site'))
    await mkdir(site.folder)
    const devices = path.join(work, 'devices')
    await writeFile(site.at('site.yaml'), siteText(items.map(id => ({ id, path: path.join(devices, id) }))))
    run('sync', site.at('site.yaml'), site.folder) // as an editor does
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

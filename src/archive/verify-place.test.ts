import assert from 'node:assert/strict'
import { appendFile, chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { restic } from '../../lab/peers/restic.ts'
import { type TestSite, testSite } from '../../lab/test-site.ts'
import { openWriter } from '../engine/writer.ts'

const never = new AbortController().signal
const items = ['plc/program', 'hmi/project'] as const

/** A site with a second place that is always there and a third that is not. */
async function copiedSite(): Promise<TestSite> {
  const site = await testSite(items.map(id => ({ id, path: `./${id}` })))
  await appendFile(
    site.at('site.yaml'),
    `  - { id: share, via: local, options: { path: ./share }, medium: disk, location: hall, domain: office, machine: nas, online: true }
  - { id: usb, via: local, options: { path: ./usb }, medium: removable, location: safe, domain: safe, online: false }
`,
  )
  for (const id of items) await site.write(`${id}/main.st`, `(* ${id} *) x := 1;`)
  assert.equal((await site.run(['capture'])).code, 0)
  return site
}

async function copyTo(site: TestSite, place: string): Promise<void> {
  await rm(site.at(place), { recursive: true, force: true })
  await cp(site.at('data', 'repository'), site.at(place), { recursive: true })
}

// biome-ignore lint/suspicious/noExplicitAny: tests assert what the document holds
async function places(site: TestSite, code = 0, words: readonly string[] = []): Promise<Record<string, any>> {
  const { places } = await site.json(['verify', '--read-data', ...words], code)
  return Object.fromEntries(places.map((place: { place: string }) => [place.place, place]))
}

async function latest(site: TestSite, item: string): Promise<string> {
  return (await site.json(['versions', item])).versions.at(-1).id
}

/** Flips a bit of the largest pack of a place: it holds the contents. */
async function damage(site: TestSite, ...folder: string[]): Promise<void> {
  const names = (await readdir(site.at(...folder), { recursive: true })).filter(name => /\/[0-9a-f]{64}$/.test(name))
  const packs = await Promise.all(names.map(async name => ({ name, bytes: await readFile(site.at(...folder, name)) })))
  const [largest] = packs.sort((a, b) => b.bytes.length - a.bytes.length)
  assert.ok(largest)
  const { name, bytes } = largest
  bytes[20] = (bytes[20] ?? 0) ^ 1
  await chmod(site.at(...folder, name), 0o600)
  await writeFile(site.at(...folder, name), bytes)
}

test('a place without a copy is told with the way to one, and is no error', async () => {
  await using site = await copiedSite()
  const found = await places(site)
  assert.deepEqual(
    Object.values(found).map(({ place, state, errors }) => [place, state, errors]),
    [
      ['local', 'verified', 0],
      ['share', 'missing', 0],
      ['usb', 'not-attached', 0],
    ],
  )
  assert.deepEqual(found.local.behind, {})
  const told = await site.run(['verify'])
  assert.match(
    told.out,
    /^share +nothing there yet\. Mount it, and make a copy .*rsync -a \/.*data\/repository\/ \/.*\/share\//m,
  )
  assert.match(told.out, /^usb +not attached\. Attach it, and copy to it .*rsync -a /m)
})

test('a copied place is verified by what it holds, and told to be behind once something was captured since', async () => {
  await using site = await copiedSite()
  const first = await latest(site, 'plc/program')
  await copyTo(site, 'share')
  const whole = await places(site)
  assert.deepEqual([whole.share.state, whole.share.behind, whole.share.errors], ['verified', {}, 0])
  await site.write('plc/program/main.st', 'x := 2;')
  await site.run(['capture'])
  const { share, local } = await places(site)
  assert.equal(share.behind['plc/program'], first)
  assert.equal(share.behind['hmi/project'], undefined)
  assert.deepEqual(local.behind, {})
})

test('what stock restic copied counts, whatever the ids of its snapshots', async () => {
  await using site = await copiedSite()
  const [key, repository] = [site.at('data', 'keys', 'repository.key'), site.at('data', 'repository')]
  const stock = restic(site.at('share'), key)
  stock('init', '--from-repo', repository, '--from-password-file', key, '--copy-chunker-params')
  stock('copy', '--from-repo', repository, '--from-password-file', key)
  const { share } = await places(site)
  assert.deepEqual([share.state, share.behind, share.errors], ['verified', {}, 0])
  assert.equal(share.versions, (await places(site)).local.versions)
})

test('the same folder under another name is no second copy', async () => {
  await using site = await copiedSite()
  await symlink(site.at('data', 'repository'), site.at('share'))
  const { share, local } = await places(site, 5)
  assert.deepEqual([local.errors, share.errors, share.versions], [0, 1, 0])
  assert.match(share.problems[0].message, /is the folder of place local under another name/)
})

test('damage is attributed to the items that it touches, and others stay sound', async () => {
  await using site = await copiedSite()
  const before = await latest(site, 'plc/program')
  await site.write(
    'plc/program/main.st',
    Buffer.alloc(50_000).map((_, index) => (index * 7919) >> 3),
  )
  await site.run(['capture'])
  await copyTo(site, 'share')
  await damage(site, 'share', 'data')
  const { share, local } = await places(site, 5)
  assert.equal(local.errors, 0)
  assert.ok(share.errors > 0)
  assert.deepEqual(share.behind, { 'plc/program': before })
  assert.ok(share.problems[0].file.startsWith('data/'))
  await damage(site, 'data', 'repository', 'data')
  const own = await places(site, 5)
  assert.deepEqual(own.local.behind, { 'plc/program': before })
})

test('an index that is damaged leaves nothing that could be restored', async () => {
  await using site = await copiedSite()
  await copyTo(site, 'share')
  for (const name of await readdir(site.at('share', 'index'))) {
    await chmod(site.at('share', 'index', name), 0o600)
    await writeFile(site.at('share', 'index', name), 'torn')
  }
  const { share } = await places(site, 5)
  assert.equal(share.versions, 0)
  assert.equal(share.behind['hmi/project'], null)
})

test('a place whose copy is gone counts no more, and one that another password opens is told', async () => {
  await using site = await copiedSite()
  await copyTo(site, 'share')
  await places(site)
  await rm(site.at('share'), { recursive: true })
  const { share } = await places(site, 5)
  assert.deepEqual([share.state, share.errors, share.behind['plc/program']], ['missing', 1, null])
  await mkdir(site.at('share'))
  await writeFile(site.at('other.key'), 'another password')
  restic(site.at('share'), site.at('other.key'))('init')
  assert.equal((await places(site)).share.state, 'locked-out')
})

test('snapshots that only claim to be a version are an error there, and those of nobody are not', async () => {
  await using site = await copiedSite()
  await site.write('plc/program/main.st', 'x := 2;')
  await site.run(['capture'])
  const newest = await latest(site, 'plc/program')
  {
    await using archive = await site.open()
    await using lock = await archive.repository.lock('shared', never)
    const snapshots = await archive.repository.snapshots(never)
    const [first, ...others] = snapshots.filter(({ tags }) => tags.includes('item:plc/program'))
    const genuine = others.find(({ tags }) => tags.includes(`version:${newest}`))
    assert.ok(first && genuine)
    await using writer = await openWriter(archive.repository, lock, never)
    const unknown = genuine.tags.map(tag => (tag.startsWith('version:') ? 'version:20991231T000000.000Z-evil' : tag))
    const forged = [genuine.tags, unknown].map(tags => writer.addSnapshot({ ...first, tags }))
    await writer.commit(never)
    await copyTo(site, 'share')
    for (const id of forged) await archive.repository.backend.remove('snapshot', id, never)
    await rm(site.at('share', 'snapshots', genuine.id))
  }
  const { share } = await places(site, 5)
  assert.equal(share.errors, 1)
  assert.match(share.problems[0].message, /claims to be plc\/program@/)
  assert.notEqual(share.behind['plc/program'], undefined, 'the forged one does not take the place of the version')
})

import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type TestSite, testSite } from '../../lab/test-site.ts'

const item = 'plc/program'
const content = 'x := 1;\n'.repeat(100)

async function damagePacks(site: TestSite): Promise<void> {
  for (const name of globSync('data/repository/data/*/*', { cwd: site.folder })) {
    const bytes = await readFile(site.at(name))
    bytes[20] = (bytes[20] ?? 0) ^ 0x40
    await rm(site.at(name))
    await writeFile(site.at(name), bytes)
  }
}

async function versionsOf(site: TestSite): Promise<readonly { version: string; outcome: string }[]> {
  return (await site.json(['versions', item])).versions
}

test('what is damaged is not confirmed: its capture fails until the damage is taken out, then stores it anew', async () => {
  await using site = await testSite([{ id: item, path: './plc' }])
  await site.write('plc/MAIN.st', content)
  await site.json(['capture', item])
  await damagePacks(site)
  // nobody knows yet
  assert.match((await site.run(['capture', item])).out, /confirmed/)
  const verified = await site.run(['verify', '--read-data'])
  assert.equal(verified.code, 5)
  const packs = [
    ...new Set([...verified.out.matchAll(/^DAMAGED {2}data\/..\/([0-9a-f]{64})/gm)].map(([, id]) => id ?? '')),
  ]
  assert.ok(packs.length > 0, verified.out)

  for (let time = 0; time < 2; time += 1) {
    const { out, err } = await site.run(['capture', item])
    assert.match(out + err, /plc\/program is still what \S+ was, and what the repository holds of it is damaged/)
    assert.equal((await versionsOf(site)).length, 1)
  }
  const [told] = (await site.json(['findings', 'verification-errors'])).findings
  const command = /blackstart (repo repair packs) PACK… (--repo \S+ --password-file \S+) --keep-in FOLDER/.exec(
    told.remedy,
  )
  assert.ok(command !== null, told.remedy)
  // as it is written there, from the site's folder
  const options = (command[2] ?? '').replaceAll(/(\.\/)?data\//g, `${site.at('data')}/`).split(' ')
  const words = [...(command[1] ?? '').split(' '), ...packs, ...options, '--keep-in', site.at('kept')]
  const repaired = await site.run(words)
  assert.match(repaired.out + repaired.err, /packs? replaced/)
  assert.equal(globSync('*', { cwd: site.at('kept') }).length, packs.length)

  assert.match((await site.run(['capture', item])).out, /1 equivalent version|1 new version|equivalent/)
  const versions = await versionsOf(site)
  assert.equal(versions.length, 2)
  await site.json(['restore', `${item}@latest`, '--to', site.at('out')])
  assert.equal(
    await readFile(globSync('**/MAIN.st', { cwd: site.at('out') }).map(name => site.at('out', name))[0] ?? '', 'utf8'),
    content,
  )
  // and from then on it is confirmed again
  assert.match((await site.run(['capture', item])).out, /confirmed/)
  assert.equal((await versionsOf(site)).length, 2)
})

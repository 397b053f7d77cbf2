import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { siteAt, type TestSite } from '../../../lab/test-site.ts'
import { connectors } from '../../capture/all.ts'
import { parseSiteFile } from '../../node/load-site.ts'
import { neededConnections } from '../../node/needed-connections.ts'
import { suggestedModes } from '../../policy/criticality/failure-mode-library.ts'
import { flowFindings } from '../../policy/flows/flow-findings.ts'
import { indexSite } from '../../policy/site-index.ts'
import { dataKindOf, mtdlOf } from '../../site/data-kind.ts'
import type { Site } from '../../site/site.ts'
import { exampleNames, exampleText } from '../example-sites.ts'

const byKind = new Map(connectors.map(connector => [connector.kind, connector]))

async function exampleSite(name: string): Promise<Site> {
  const { site, problems } = parseSiteFile(new TextEncoder().encode(await exampleText(name)))
  assert.deepEqual(problems, [])
  assert.ok(site)
  return site
}

async function freshFolder(): Promise<TestSite & { readonly parent: string }> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'blackstart-init-'))
  const site = siteAt(path.join(parent, 'plant'))
  return { ...site, parent, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) }
}

for (const name of exampleNames) {
  test(`init --example ${name} makes a site that is valid, comments and all, and refuses a second time`, async () => {
    await using site = await freshFolder()
    await site.json(['init', '--example', name])
    const text = await exampleText(name)
    assert.equal(await readFile(site.at('site.yaml'), 'utf8'), text)
    const { valid, problems } = await site.json(['check'])
    const others = problems.filter(({ message }: { message: string }) => !/^the secret ".*" is not set$/.test(message))
    assert.deepEqual([valid, others], [true, []])
    assert.ok((await stat(site.at('data/repository/config'))).isFile())
    assert.equal((await site.run(['init', '--example', name])).code, 4)
    const lines = text.split('\n').length
    assert.ok(lines >= 150 && lines <= 330, `${lines} lines`)
  })

  test(`${name}: a complete plant that the rules find nothing wrong with`, async () => {
    const site = await exampleSite(name)
    for (const level of [0, 1, 2, 3, 3.5, 4])
      assert.ok(
        site.zones.some(zone => zone.level === level),
        `level ${level}`,
      )
    const index = indexSite(site)
    const connections = neededConnections(site, byKind)
    assert.deepEqual(flowFindings(index, { items: new Map(), connections, observed: [], services: [] }), [])
    assert.ok(site.assets.every(({ life, spare }) => life !== null && spare !== null))
    for (const { id } of site.assets)
      assert.ok(
        site.failureModes.some(({ asset }) => asset === id),
        id,
      )
    const known = site.failureModes.filter(({ asset, mode }) => {
      const kind = site.assets.find(({ id }) => id === asset)?.kind ?? 'other'
      return suggestedModes(kind).some(({ id }) => id === mode)
    })
    assert.ok(known.length >= site.failureModes.length - 2, 'ids of the library')
  })

  test(`${name}: its places allow three copies on two media, one off site, one offline or locked`, async () => {
    const { places, node } = await exampleSite(name)
    assert.ok(new Set(places.map(({ domain }) => domain)).size === places.length && places.length >= 3)
    assert.equal(places[0]?.domain, node.domain)
    assert.ok(new Set(places.map(({ medium }) => medium)).size >= 2)
    assert.ok(places.some(({ offsite }) => offsite))
    assert.ok(places.some(({ online }) => !online) && places.some(({ locked }) => locked !== null))
    assert.ok(places.slice(1).every(({ lag }) => lag !== null))
  })
}

test('the logistics example may lose minutes of its warehouse database, the controllers of the bottling one hold no history', async () => {
  const logistics = indexSite(await exampleSite('logistics'))
  const database = logistics.items.find(({ item }) => item.via === 'sqlite')
  assert.ok(database)
  const minutes = (logistics.processesOfItem.get(database.id) ?? []).map(process =>
    mtdlOf(process, database.item)?.total('minute'),
  )
  assert.ok(Math.min(...minutes.map(one => one ?? Number.POSITIVE_INFINITY)) <= 10)
  assert.deepEqual(database.item.options, { path: './warehouse/wms.sqlite' })
  const bottling = await exampleSite('bottling')
  const controllers = bottling.assets.filter(({ kind }) => kind === 'plc' || kind === 'robot')
  assert.ok(controllers.length > 1)
  for (const { items } of controllers) assert.deepEqual(new Set(items.map(dataKindOf)), new Set(['configuration']))
})

test('the water example harms people before production, and leaves one process open on purpose', async () => {
  const site = await exampleSite('water')
  assert.ok(site.failureModes.some(({ severity }) => severity.safety === 5))
  assert.deepEqual(
    site.processes.filter(({ mtd }) => mtd === null).map(({ id }) => id),
    ['leak-detection'],
  )
})

test('a name and a time zone are put into the example, and nothing else changes', async () => {
  await using site = await freshFolder()
  await site.json(['init', '--example', 'water', '--name', "Eau d'Auge: 2", '--timezone', 'Indian/Reunion'])
  const [written, given] = [await readFile(site.at('site.yaml'), 'utf8'), await exampleText('water')]
  const line = 'site: { name: "Eau d\'Auge: 2", timezone: Indian/Reunion }'
  assert.equal(written, given.replace(/^site: .*$/m, line))
  const bad = siteAt(path.join(site.parent, 'bad'))
  assert.equal((await bad.run(['init', '--example', 'water', '--timezone', 'Mars/Base'])).code, 2)
  assert.deepEqual(await readdir(bad.folder), [])
})

test('an example that there is not is told with those that there are; an existing site.yaml is never replaced', async () => {
  await using site = await freshFolder()
  const unknown = await site.run(['init', '--example', 'brewery'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.err, /no example "brewery": --example water, bottling or logistics/)
  await writeFile(path.join(site.parent, 'site.yaml'), 'mine\n')
  const taken = await siteAt(site.parent).run(['init', '--example', 'water'])
  assert.equal(taken.code, 4)
  assert.equal(await readFile(path.join(site.parent, 'site.yaml'), 'utf8'), 'mine\n')
})

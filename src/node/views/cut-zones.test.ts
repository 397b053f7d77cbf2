import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { siteText, testSite } from '../../../lab/test-site.ts'
import { by, watched } from '../test-node.ts'
import { overview } from './overview.ts'
import { everywhere } from './sight.ts'

const items = ['a', 'b', 'c', 'd', 'e'].map(asset => ({ id: `${asset}/program`, path: `./${asset}` }))

/** Assets whose device nobody answers for: the port is closed. */
function silent(text: string, assets: readonly string[]): string {
  return assets.reduce(
    (site, asset) =>
      site
        .replace(
          `via: files, options: { path: "./${asset}" }`,
          'via: ftp, options: { path: /, user: anonymous, port: 1 }',
        )
        .replace(`- id: ${asset}\n`, `- id: ${asset}\n    address: 127.0.0.1\n    retries: 0\n`),
    text,
  )
}

for (const { assets, told } of [
  { assets: ['a', 'b', 'c'], told: ['3 of 5 assets in cell do not answer: 3 items are not read.'] },
  { assets: ['a', 'b'], told: null },
]) {
  test(`of five assets in a zone ${assets.length} do not answer: ${told === null ? 'each is told' : 'that is one need'}`, async () => {
    await using site = await testSite(items)
    for (const { path } of items) await site.write(`${path}/MAIN.st`, 'x := 1;')
    await writeFile(site.at('site.yaml'), silent(siteText(items), assets))
    await using watch = await watched(site)
    await watch.until(() =>
      assets.every(asset => watch.node.judged().facts.items.get(`${asset}/program`)?.failure?.code === 'unreachable'),
    )
    const { needs, needsTotal } = await overview(watch.node, watch.node.archive(by), everywhere, { more: [], owed: [] })
    const failures = needs.filter(({ kind }) => kind === 'failure')
    assert.equal(needsTotal, needs.length)
    if (told === null) {
      assert.deepEqual(
        failures.map(({ item }) => item),
        assets.map(asset => `${asset}/program`),
      )
      return
    }
    assert.deepEqual(
      failures.map(({ what, item, zone }) => [what, item, zone]),
      [[told[0], null, 'cell']],
    )
    assert.match(failures[0]?.since ?? '', /^20/)
  })
}

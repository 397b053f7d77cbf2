import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { testSite } from '../../../lab/test-site.ts'
import { createRanking } from '../../policy/criticality/rank.ts'
import { copiesIn, factsOf, judged, now, type PlantText, plant } from '../../policy/criticality/test-plant.ts'
import { type Output, output } from '../output.ts'
import { renderCriticality } from './criticality.ts'

const plain: Output = { ...output(false), colour: false, width: 100, style: (_, text) => text }

function shown(text: PlantText = {}, slack: number | null = null): string {
  const { index, criticality } = judged(plant(text))
  const items = { 'plc/program': copiesIn(['local', 'safe'], now), 'hmi/program': copiesIn(['local']) }
  return renderCriticality(
    createRanking(index, criticality)(factsOf(items), () => slack),
    plain,
  )
}

test('the matrix shows the class of every cell, and how many causes are in it', () => {
  const [, head, ...rows] = shown().split('\n').slice(0, 7)
  assert.match(head ?? '', /P1 +P2 +P3 +P4 +P5/)
  assert.deepEqual(
    rows.map(row => row.trim().split(/ {2,}/)),
    [
      ['S5', 'high', 'high', 'high', 'very high', 'very high'],
      ['S4', 'medium', 'medium', 'high: 3', 'high', 'very high'],
      ['S3', 'low', 'medium', 'medium: 1', 'high', 'high'],
      ['S2', 'low', 'low', 'medium', 'medium', 'medium'],
      ['S1', 'low', 'low', 'low', 'low', 'medium'],
    ],
  )
})

test('every cause has its line, and below it what each score rests on, as wide as the terminal', () => {
  const text = shown()
  const lines = text.split('\n')
  const [first, mode] = [
    lines.findIndex(line => line.includes('   1  ')),
    lines.findIndex(line => line.includes('plc:battery-lost  ')),
  ]
  assert.equal(lines[first], '   1  high       S4 P3 D3  domain:cell-accounts  the whole domain')
  assert.equal(lines[mode], '   3  high       S4 P3 D1  plc:battery-lost  Battery lost')
  assert.match(
    lines
      .slice(mode + 1, mode + 5)
      .join(' ')
      .replaceAll(/ +/g, ' '),
    /S4: a process stops beyond its MTD \(production\)\. Of 3: service life not stated, no failure in five years\. Oc 3: conduit from operations \(level 3: ftp\)\. D1: plc\/program is verified in local, safe, restored on 2026-11-23, out of reach in safe\./,
  )
  for (const line of lines) assert.ok(line.length <= 100, line)
})

test('what is left of the MTD is told where it is known', () => {
  assert.match(shown({}, 7_200_000), /Battery lost, 2 h of the MTD left/)
  assert.match(shown({}, -600_000), /Battery lost, over the MTD by 10 min/)
  assert.doesNotMatch(shown(), /of the MTD left/)
})

test('what is not ranked is told: causes that nothing is known of, assets without failure modes', () => {
  const text = shown().replaceAll(/\s+/g, ' ')
  assert.match(text, /Not ranked: .*zone:cell-b \(no asset in it has a failure mode\)/)
  assert.match(
    text,
    /3 assets have no failure mode: scale, drive, pump\. Start from "blackstart criticality --library KIND"\./,
  )
})

test('an empty register is told as such', () => {
  const text = shown({ modes: '' })
  assert.match(text, /^The register is empty/)
  assert.match(text, /5 assets have no failure mode/)
})

test('the command judges a site as it is, and shows the library', async () => {
  await using site = await testSite([{ id: 'plc/program', path: './plc' }])
  const empty = await site.json(['criticality'])
  assert.deepEqual([empty.causes, empty.withoutModes, empty.matrix.length], [[], ['plc'], 25])
  const register = '\nfailureModes:\n  - { asset: plc, mode: battery-lost, severity: { production: 4 } }\n'
  await site.write('site.yaml', (await readFile(site.at('site.yaml'), 'utf8')) + register)
  const { causes } = await site.json(['criticality'])
  assert.deepEqual(
    causes.map(({ id, s, p, d }: { id: string; s: number; p: number; d: number }) => [id, s, p, d]),
    [
      ['plc:battery-lost', 4, 3, 5],
      ['zone:cell', 4, 3, 5],
    ],
  )
  const { kinds } = await site.json(['criticality', '--library', 'plc'])
  assert.deepEqual([kinds.length, kinds[0].kind, kinds[0].modes[0].id], [1, 'plc', 'battery-lost'])
  assert.match(
    (await site.run(['criticality', '--library', 'plc'])).out,
    /^failureModes:\n.*\n.*\n.*\n {2}- asset: # which one$/m,
  )
  const unknown = await site.json(['criticality', '--library', 'plcs'], 2)
  assert.match(unknown.error.message, /^"plcs" is not a kind of asset\. There are plc, /)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { commentedSite } from './example.ts'
import { parseSite } from './parse-site.ts'

const connectors = new Map([['files', z.strictObject({ path: z.string() })]])
const parse = (text: string) => parseSite(new TextEncoder().encode(text), connectors)

test('the commented site is valid, whatever its name', () => {
  for (const name of ['Saint-Aubin bottling', "O'Brien: #1", 'Werk "Süd" \\ 3', '0042', 'null']) {
    const { site, problems } = parse(commentedSite({ name, timezone: 'Europe/Paris' }))
    assert.deepEqual(problems, [])
    assert.equal(site?.name, name)
    assert.deepEqual(site?.assets[0]?.items[0]?.options, { path: './plc' })
  }
})

test('every example in its comments is valid too', () => {
  const text = commentedSite({ name: 'Test', timezone: 'UTC' })
  const uncommented = text.replace(/^( +)# ([a-z]\w*: .*)$/gm, '$1$2').replace('[switch-a]', '[]')
  const { site, problems } = parse(uncommented)
  assert.deepEqual(problems, [])
  const asset = site?.assets[0]
  assert.equal(asset?.serial, '0012345')
  assert.equal(asset?.retries, 3)
  assert.equal(asset?.pace.bandwidth, 200_000)
  assert.equal(asset?.quiet.length, 2)
  assert.equal(asset?.items[0]?.change.length, 1)
  assert.equal(site?.processes[0]?.downtimeCost?.currency, 'EUR')
  assert.equal(site?.places[0]?.locked?.total('hour'), 720)
})

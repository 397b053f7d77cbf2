import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { commentedSite } from './example.ts'
import { findItem, itemsOf } from './item-lookup.ts'
import { parseSite } from './parse-site.ts'

const bytes = new TextEncoder().encode(commentedSite({ name: 'Test', timezone: 'UTC' }))
const site = parseSite(bytes, new Map([['files', z.strictObject({ path: z.string() })]])).site!

test('items are listed and found by asset/item', () => {
  assert.deepEqual(
    itemsOf(site).map(({ id }) => id),
    ['plc-filler/program'],
  )
  assert.equal(findItem(site, 'plc-filler/program')?.item.via, 'files')
})

test('there is no item under any other name', () => {
  for (const id of ['', 'plc-filler', 'program', 'plc-filler/', 'plc-filler/program/x', 'plc/program', 'node/site']) {
    assert.equal(findItem(site, id), null, id)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siteFrom } from '../../../lab/test-facts.ts'
import { itemsOf } from '../../site/item-lookup.ts'
import { nextDue } from './next-due.ts'

function due(windows: { readonly quiet?: string; readonly change?: string }, now: string, minutes: number): string {
  const site = siteFrom(`site: { name: Plant, timezone: UTC }
zones: [{ id: cell, level: 1 }]
node: { zone: cell }
assets:
  - id: plc
    kind: plc
    zone: cell
    quiet: [${windows.quiet ?? ''}]
    items: [{ id: program, kind: program, via: files, change: [${windows.change ?? ''}] }]
places: [{ id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }]
`)
  const [of] = itemsOf(site)
  assert.ok(of)
  const pace = { interval: minutes * 60_000, captureTime: 120_000 }
  const instant = Temporal.Instant.from(`2026-11-24T${now}:00Z`)
  return nextDue(of, pace, { from: instant, now: instant }, 'UTC').at.toString().slice(11, 16)
}

test('an item is due after its interval', () => {
  assert.equal(due({}, '10:00', 15), '10:15')
})

test('what would be due in a quiet time is read just before it, as long as a capture takes', () => {
  assert.equal(due({ quiet: '"10:10-12:00"' }, '10:00', 15), '10:08')
  assert.equal(due({ quiet: '"10:10-12:00", "12:00-13:00"' }, '10:00', 15), '10:08')
  assert.equal(due({ quiet: '"10:20-12:00"' }, '10:00', 15), '10:15')
})

test('too late for that, it is read when the quiet time ends', () => {
  assert.equal(due({ quiet: '"10:02-12:00"' }, '10:00', 15), '12:00')
})

test('when a change window closes, it is read at once', () => {
  assert.equal(due({ change: '"06:00-10:05"' }, '10:00', 15), '10:05')
  assert.equal(due({ change: '"06:00-10:05"' }, '10:05', 15), '10:20')
  assert.equal(due({ change: '"06:00-10:05"', quiet: '"10:04-11:00"' }, '10:00', 15), '10:02')
})

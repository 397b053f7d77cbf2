import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classes } from '../../policy/class.ts'
import { type Notify, type NotifyRule, noticeClasses } from '../../site/notify.ts'
import { routeNotice } from './route-notice.ts'
import { notice } from './test-rig.ts'

const rule = (over: Partial<NotifyRule>): NotifyRule => ({
  ...{ events: [], zones: [], classes: [], to: ['mail'], when: 'at-once' },
  ...over,
})
const digest = { digest: [{ days: [1, 2, 3, 4, 5, 6, 7], minute: 360 }] }
const notify = (...rules: NotifyRule[]): Notify => ({
  channels: ['mail', 'siem'].map(id => ({ id, via: 'email', options: {} })),
  ...{ rules, keep: Temporal.Duration.from({ hours: 1 }), journal: [] },
})
const channels = (rules: NotifyRule[], over: Parameters<typeof notice>[0] = {}) =>
  routeNotice(notify(...rules), notice(over)).map(({ channel }) => channel)

test('the classes of the site file are those of the policy', () => {
  assert.deepEqual(noticeClasses, classes)
})

test('a rule is for its events, zones and classes, and for all where it names none', () => {
  assert.deepEqual(channels([rule({})]), ['mail'])
  assert.deepEqual(channels([rule({ events: ['failure'] })]), [])
  assert.deepEqual(channels([rule({ events: ['failure', 'drift'], zones: ['cell-a'], classes: ['high'] })]), ['mail'])
  assert.deepEqual(channels([rule({ zones: ['cell-b'] })]), [])
  assert.deepEqual(channels([rule({ classes: ['low'] })]), [])
})

test('what has no zone needs a rule without zones; what has no class counts as medium', () => {
  const node = { kind: 'node', zone: null, class: null, subject: null } as const
  assert.deepEqual(channels([rule({ zones: ['cell-a'] }), rule({ classes: ['medium'] })], node), [])
  assert.deepEqual(channels([rule({ events: ['node'] })], node), ['mail'])
  assert.deepEqual(channels([rule({ classes: ['medium'] })], { class: null }), ['mail'])
})

test('broken glass and broken integrity are told to every channel at once, whatever the rules', () => {
  for (const kind of ['break-glass', 'integrity'] as const) {
    assert.deepEqual(routeNotice(notify(rule({ events: ['drift'], when: digest })), notice({ kind })), [
      { channel: 'mail', digest: null },
      { channel: 'siem', digest: null },
    ])
  }
})

test('a channel is told once; at once wins over a digest, and digests are added up', () => {
  assert.deepEqual(routeNotice(notify(rule({ when: digest }), rule({ to: ['mail', 'siem'] })), notice()), [
    { channel: 'mail', digest: null },
    { channel: 'siem', digest: null },
  ])
  const [both] = routeNotice(notify(rule({ when: digest }), rule({ when: digest })), notice())
  assert.equal(both?.digest?.length, 2)
})

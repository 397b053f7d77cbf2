import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hearing } from './event-stream.ts'
import { SharedStream, type WorkerMessage } from './shared-stream.ts'

interface Opened {
  readonly last: string
  readonly hearing: Hearing
  closed: boolean
}

function sharedStream() {
  const opened: Opened[] = []
  const stream = new SharedStream((last, hearing) => {
    const one: Opened = { last, hearing, closed: false }
    opened.push(one)
    const close = () => {
      one.closed = true
    }
    return { close, doubt: hearing.lost }
  })
  return { stream, opened }
}

/** A page, and what it was told. */
function page() {
  const told: string[] = []
  const listener = (message: WorkerMessage) => {
    told.push(message.say === 'heard' ? `${message.event.type} ${message.event.id}` : message.say)
  }
  return { listener, told }
}

const event = (id: string, type = 'run') => ({ id, type, data: '{}' })

test('all pages share one stream, which ends with the last of them', () => {
  const { stream, opened } = sharedStream()
  const [one, two] = [page(), page()]
  stream.join(one.listener, { last: '', who: 'marie' })
  opened[0]?.hearing.opened()
  opened[0]?.hearing.heard(event('a-1', 'reset'))
  stream.join(two.listener, { last: '', who: 'marie' })
  opened[0]?.hearing.heard(event('a-2'))
  assert.deepEqual(one.told, ['opened', 'reset a-1', 'run a-2'])
  // it learns where the stream has come to, as from the node
  assert.deepEqual(two.told, ['opened', 'reset a-1', 'run a-2'])
  stream.leave(one.listener)
  assert.equal(opened[0]?.closed, false)
  opened[0]?.hearing.heard(event('a-3'))
  assert.equal(one.told.length, 3)
  stream.leave(two.listener)
  assert.equal(opened[0]?.closed, true)
  assert.equal(opened.length, 1)
})

test('a page that comes into sight again hears what it missed, or that it missed too much', () => {
  const { stream, opened } = sharedStream()
  const [stays, back, late] = [page(), page(), page()]
  stream.join(stays.listener, { last: 'a-1', who: 'marie' })
  assert.equal(opened[0]?.last, 'a-1')
  opened[0]?.hearing.opened()
  for (let number = 2; number <= 4; number += 1) opened[0]?.hearing.heard(event(`a-${number}`))
  opened[0]?.hearing.heard(event('', 'ping'))
  stream.join(back.listener, { last: 'a-2', who: 'marie' })
  assert.deepEqual(back.told, ['opened', 'run a-3', 'run a-4'])
  for (let number = 5; number <= 600; number += 1) opened[0]?.hearing.heard(event(`a-${number}`))
  stream.join(late.listener, { last: 'a-4', who: 'marie' })
  assert.deepEqual(late.told, ['opened', 'reset a-600'])
})

test('a page that joins before the node answers is told nothing until it does', () => {
  const { stream, opened } = sharedStream()
  const [one, two] = [page(), page()]
  stream.join(one.listener, { last: 'a-4', who: 'marie' })
  stream.join(two.listener, { last: 'a-2', who: 'marie' })
  assert.deepEqual(two.told, [])
  opened[0]?.hearing.opened()
  opened[0]?.hearing.heard(event('a-5'))
  assert.deepEqual(one.told, ['opened', 'run a-5'])
  assert.deepEqual(two.told, ['opened', 'reset a-4', 'run a-5'])
})

test('a cut is told to all, and the first that comes back opens it anew from where it was', () => {
  const { stream, opened } = sharedStream()
  const [one, two] = [page(), page()]
  stream.join(one.listener, { last: 'a-1', who: 'marie' })
  stream.join(two.listener, { last: 'a-1', who: 'marie' })
  stream.doubt()
  assert.deepEqual([one.told, two.told], [['lost'], ['lost']])
  stream.leave(one.listener)
  stream.leave(two.listener)
  stream.join(two.listener, { last: 'a-1', who: 'marie' })
  assert.equal(opened.length, 2)
  assert.equal(opened[1]?.closed, false)
})

test('another person hears nothing of what was open before', () => {
  const { stream, opened } = sharedStream()
  const [one, two] = [page(), page()]
  stream.join(one.listener, { last: 'a-1', who: 'marie' })
  opened[0]?.hearing.heard(event('a-2'))
  stream.join(two.listener, { last: '', who: 'paul' })
  assert.equal(opened[0]?.closed, true)
  assert.equal(opened[1]?.last, '')
  assert.deepEqual(two.told, [])
})

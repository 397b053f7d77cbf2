import assert from 'node:assert/strict'
import { it } from 'node:test'
import { BlackstartError } from '../../errors.ts'
import { orRefused, type Subject, trialOf } from './trial.ts'

/** A parser of texts, well-behaved but for what is changed. */
function attempt(change: Partial<Subject<string>>): boolean {
  const subject: Subject<string> = {
    name: 'text',
    input: () => Buffer.from('text'),
    parse: input => input.toString(),
    check: () => undefined,
    encode: text => Buffer.from(text),
  }
  return trialOf({ ...subject, ...change }).attempt(Buffer.from('text'))
}

function refusing(error: Error): string | null {
  return orRefused('index/ab', () => {
    throw error
  })
}

it('tells what is taken from what is refused', () => {
  assert.equal(attempt({}), true)
  assert.equal(attempt({ parse: () => null }), false)
  const named = new BlackstartError('integrity', 'here: index/ab is damaged', { facts: { file: 'index/ab' } })
  assert.equal(attempt({ parse: () => refusing(named) }), false)
})

it('finds a parser that throws something else, refuses without a name, or takes what cannot be written', () => {
  const broken: Record<string, Partial<Subject<string>>> = {
    'another error': { parse: () => refusing(new TypeError('Cannot read properties of null')) },
    'no name': { parse: () => refusing(new BlackstartError('integrity', 'something is damaged')) },
    'another code': {
      parse: () => refusing(new BlackstartError('internal', 'index/ab', { facts: { file: 'index/ab' } })),
    },
    'a wrong shape': { check: text => assert.ok(text === 'Text') },
    'a value that cannot be written': { encode: () => assert.fail('cannot be written') },
    'a value that comes back as another': { encode: text => Buffer.from(`${text}s`) },
    'a value that is refused the second time': {
      parse: input => (input.length === 4 ? 'text' : null),
      encode: () => Buffer.of(1),
    },
  }
  for (const [fault, change] of Object.entries(broken)) assert.throws(() => attempt(change), fault)
})

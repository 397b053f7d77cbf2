import { it } from 'node:test'
import { runRandomSequences } from './random-sequences.ts'

it('loses nothing in 40 random sequences', t => runRandomSequences(40, t, AbortSignal.timeout(280_000)))

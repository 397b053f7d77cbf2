import { it } from 'node:test'
import { runRandomSequences } from './random-sequences.ts'

it('loses nothing in 2,000 random sequences', t => runRandomSequences(2000, t, AbortSignal.timeout(3_000_000)))

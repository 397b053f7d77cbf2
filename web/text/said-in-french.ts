import { frenchCause } from './french-causes.ts'
import { frenchDifference } from './french-differences.ts'
import { frenchMode } from './french-failure-modes.ts'
import { frenchMessage } from './french-messages.ts'
import { frenchFact, frenchNote } from './french-notes.ts'
import { frenchAllowed, frenchProblem } from './french-of-problems.ts'
import { frenchPart } from './french-recovery.ts'
import { frenchRemedy } from './french-remedies.ts'
import { unbrokenWords } from './no-break.ts'

/** What the node says in English, in French: loaded with the language. */
export const saidInFrench = unbrokenWords({
  sentence: frenchMessage,
  cause: frenchCause,
  mode: frenchMode,
  part: frenchPart,
  difference: frenchDifference,
  problem: frenchProblem,
  allowed: frenchAllowed,
  note: frenchNote,
  fact: frenchFact,
  remedy: frenchRemedy,
})

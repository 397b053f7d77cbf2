import { frenchCause } from './french-causes.ts'
import { frenchDifference } from './french-differences.ts'
import { frenchPart } from './french-recovery.ts'
import { frenchSentence } from './french-sentences.ts'

/** What the node says in English, in French: loaded with the language. */
export const saidInFrench = {
  sentence: frenchSentence,
  cause: frenchCause,
  part: frenchPart,
  difference: frenchDifference,
}

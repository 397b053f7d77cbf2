type Say = (words: string) => string

/** How what the node says in English is said in the reader's language. */
export interface NodeWords {
  readonly sentence: Say
  readonly cause: Say
  readonly mode: Say
  readonly part: Say
  readonly difference: Say
  readonly problem: Say
  readonly allowed: Say
  readonly note: Say
  readonly fact: Say
  /** What closes a finding; null where that is not known in the reader's language. */
  readonly remedy: (words: string) => string | null
}

const same: Say = words => words
const asTheyAre: NodeWords = {
  sentence: same,
  cause: same,
  mode: same,
  part: same,
  difference: same,
  problem: same,
  allowed: same,
  note: same,
  fact: same,
  remedy: same,
}
let words = asTheyAre

export function nodeWords(): NodeWords {
  return words
}

/** Null: as they are. */
export function setNodeWords(said: NodeWords | null): void {
  words = said ?? asTheyAre
}

type Say = (words: string) => string

/** How what the node says in English is said in the reader's language. */
export interface NodeWords {
  readonly sentence: Say
  readonly cause: Say
  readonly part: Say
}

const asTheyAre: NodeWords = { sentence: words => words, cause: words => words, part: words => words }
let words = asTheyAre

export function nodeWords(): NodeWords {
  return words
}

/** Null: as they are. */
export function setNodeWords(said: NodeWords | null): void {
  words = said ?? asTheyAre
}

/** What came of opening one file, or one stream. Sentences never quote content: it may hold secrets. */
export interface Opening {
  /** What is wrong and where, as the end of "… is damaged: "; null when it opened. */
  readonly problem: string | null
  /** Worth telling though nothing is wrong, or why it was not opened; null for nothing. */
  readonly note: string | null
  /** False where it was not looked into. */
  readonly opened: boolean
}

export const sound: Opening = { problem: null, note: null, opened: true }

export function broken(problem: string): Opening {
  return { problem, note: null, opened: true }
}

export function noted(note: string): Opening {
  return { problem: null, note, opened: true }
}

export function unopened(note: string): Opening {
  return { problem: null, note, opened: false }
}

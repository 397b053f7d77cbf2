import type { NodeWords } from './node-words.ts'

/** Spaces before French signs do not break: no line begins with a colon. */
export function unbroken<Said>(said: Said): Said
export function unbroken(said: unknown): unknown {
  if (typeof said === 'string') return said.replaceAll(/ (?=[:;?!»](?:$|[\s)]))|(?<=«) /gu, '\u00a0')
  if (Array.isArray(said)) return said.map(unbroken)
  if (said === null || typeof said !== 'object') return said
  return Object.fromEntries(Object.entries(said).map(([key, part]) => [key, unbroken(part)]))
}

/** What has no French stays as it came. */
export function unbrokenWords(words: NodeWords): NodeWords {
  const told =
    <Said extends string | null>(say: (words: string) => Said) =>
    (text: string): Said => {
      const said = say(text)
      return said === text ? said : unbroken(said)
    }
  const { sentence, cause, mode, part, difference, problem, allowed, note, fact, remedy } = words
  return {
    ...{ sentence: told(sentence), cause: told(cause), mode: told(mode), part: told(part), note: told(note) },
    ...{ difference: told(difference), problem: told(problem), allowed: told(allowed), fact: told(fact) },
    remedy: told(remedy),
  }
}

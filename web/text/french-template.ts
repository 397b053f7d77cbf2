/**
 * What the node says, and its French: `{}` stands for what differs each time and stays as it came, `{word}` for a phrase out of that
 * list; in the French `{1}`, `{2}` where the order differs.
 */
export type Template = readonly [english: string, french: string]

/** Phrases of ours that stand within sentences, by the name of their list. What is none of the list does not fit `{word}`. */
export type Phrases = Readonly<Record<string, readonly Template[]>>

interface Compiled {
  /** Stands in every sentence that fits: looked for first, which is much cheaper. */
  readonly mark: string
  readonly pattern: RegExp
  readonly french: string
  /** How what stands for each `{…}` is said. */
  readonly say: readonly ((part: string) => string)[]
}

type Said = (sentence: string) => string | null

/** Says a sentence by the first template that it fits; null where none does. `within`: says what stands for a `{}`. */
export function templates(
  all: readonly Template[],
  phrases: Phrases = {},
  within: (part: string) => string = part => part,
): Said {
  const compiled = all.map(([english, french]): Compiled => {
    const holes = english.match(hole) ?? []
    const words = english.split(hole).toSorted((a, b) => b.length - a.length)
    return {
      mark: words[0] ?? '',
      pattern: new RegExp(`^${patternOf(english, phrases, '(')}$`, 'su'),
      french,
      say: holes.map(of => (of === '{}' ? within : phraseOf(of.slice(1, -1), phrases))),
    }
  })
  return sentence => {
    for (const { mark, pattern, french, say } of compiled) {
      const found = sentence.includes(mark) ? pattern.exec(sentence) : null
      if (found !== null)
        return filled(
          french,
          found.slice(1).map((part, at) => say[at]?.(part) ?? part),
        )
    }
    return null
  }
}

const hole = /\{[a-z]*\}/gu

/** `group`: what each `{…}` of the template begins with. */
function patternOf(english: string, phrases: Phrases, group: '(' | '(?:'): string {
  const words = english.split(hole).map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&'))
  const holes = (english.match(hole) ?? []).map(of => {
    const list = phrases[of.slice(1, -1)]?.map(([phrase]) => patternOf(phrase, phrases, '(?:'))
    return `${group}${of === '{}' ? '.*?' : (list ?? []).join('|')})`
  })
  return words.map((part, at) => `${part}${holes[at] ?? ''}`).join('')
}

function phraseOf(list: string, phrases: Phrases): (part: string) => string {
  let said: Said | null = null
  return part => {
    said ??= templates(phrases[list] ?? [], phrases)
    return said(part) ?? part
  }
}

function filled(french: string, parts: readonly string[]): string {
  let next = 0
  return french.replaceAll(/\{(\d?)\}/gu, (_, number: string) => {
    if (number === '') next += 1
    return parts[(number === '' ? next : Number(number)) - 1] ?? ''
  })
}

/** What the node says, and its French: `{}` stands for what differs each time; in the French `{1}`, `{2}` where the order differs. */
export type Template = readonly [english: string, french: string]

interface Compiled {
  readonly pattern: RegExp
  readonly french: string
}

/** Says a sentence by the first template that it fits; null where none does. `within`: says a part that was filled in. */
export function templates(
  all: readonly Template[],
  within: (part: string) => string = part => part,
): (sentence: string) => string | null {
  const compiled = all.map(([english, french]): Compiled => ({ pattern: patternOf(english), french }))
  return sentence => {
    for (const { pattern, french } of compiled) {
      const found = pattern.exec(sentence)
      if (found !== null) return filled(french, found.slice(1).map(within))
    }
    return null
  }
}

function patternOf(english: string): RegExp {
  const words = english.split('{}').map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&'))
  return new RegExp(`^${words.join('(.*?)')}$`, 'su')
}

function filled(french: string, parts: readonly string[]): string {
  let next = 0
  return french.replaceAll(/\{(\d?)\}/gu, (_, number: string) => {
    if (number === '') next += 1
    return parts[(number === '' ? next : Number(number)) - 1] ?? ''
  })
}

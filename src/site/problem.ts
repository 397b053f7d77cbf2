/** One thing that is wrong in `site.yaml`, and where. */
export interface Problem {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** `assets[0].items[1].via`; empty for the file as a whole. */
  readonly path: string
  /** What is wrong. */
  readonly message: string
  /** What is allowed, or what was probably meant. */
  readonly allowed: string | null
  readonly severity: 'error' | 'warning'
}

export type Path = readonly (string | number)[]

/** `assets[0].items[1].via`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += `${text === '' ? '' : '.'}${/^[\w-]+$/.test(part) ? part : quote(part)}`
  }
  return text
}

const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A value of the file as a message shows it: in double quotes, on one line, short, without control characters or passwords of addresses. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text
  const safe = short.replace(/\/\/[^/@\s]*@/g, '//…@')
  return `"${safe.replace(/["\\]/g, '\\$&').replace(unprintable, sign => `\\u{${sign.codePointAt(0)?.toString(16)}}`)}"`
}

/** `a, b or c`. */
export function alternatives(words: readonly (string | number)[]): string {
  return listed(words, 'or')
}

/** `a, b and c`. */
export function listed(words: readonly (string | number)[], link = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${link} ${words.at(-1)}`
}

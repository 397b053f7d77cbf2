import { encodeBytes } from '../../../engine/tree/byte-string.ts'

// what a terminal would act on, and halves of characters, which stand for bytes that are no text
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not reach a terminal
const unprintable = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]/gu

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A name or path for a person: characters that would act on the terminal are escaped. */
export function plainText(text: string): string {
  return text.replace(unprintable, character => {
    const bytes = Array.from(encodeBytes(character), byte => `\\x${byte.toString(16).padStart(2, '0')}`)
    return short[character] ?? bytes.join('')
  })
}

/** As `plainText`, for sentences that may hold names and be of several lines. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n')
}

/** For JSON as restic writes it: a byte that is no text becomes U+FFFD. */
export function jsonText(text: string): string {
  return text.isWellFormed() ? text : encodeBytes(text).toString()
}

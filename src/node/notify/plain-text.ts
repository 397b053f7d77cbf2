// What devices, files and people call things is shown to other people: it must not move, hide or turn round what stands beside it.

/** Marks that change the direction of the text around them. */
const turning = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'
const inLine = new RegExp(`[\\p{Cc}\\p{Zl}\\p{Zp}${turning}]`, 'gu')
const inBlock = new RegExp(`[\\p{Zl}\\p{Zp}${turning}]|(?![\\n\\t])\\p{Cc}`, 'gu')
const instead = '\uFFFD'

/** One line of at most that many characters; what cannot stand in a line is replaced. */
export function plainLine(text: string, longest: number): string {
  const line = text.toWellFormed().replace(/\s+/g, ' ').replace(inLine, instead).trim()
  const characters = Array.from(line)
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`
}

/** Lines that end with LF; tabs stay, other control characters are replaced. */
export function plainBlock(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(inBlock, instead)
}

const longest = 200

/**
 * One line that is safe to show and to log, of what somebody else wrote: control characters, line ends and marks that change
 * the direction of the text become spaces; cut after 200 characters.
 */
export function shownLine(text: string): string {
  const plain = text
    .slice(0, 4 * longest)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const characters = Array.from(plain)
  return characters.length <= longest ? plain : `${characters.slice(0, longest - 1).join('')}…`
}

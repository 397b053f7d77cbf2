const hidden = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\n]]/gv

/**
 * What a device calls something, fit for showing: control characters, direction marks and invisible characters stand as
 * their symbols or code points, so that nothing can pose as something else. Unpaired surrogates become U+FFFD.
 */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(hidden, symbol)
}

function symbol(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`
}

/**
 * Whether the text holds the pattern somewhere, in whatever case; `*` stands for anything. Takes time in proportion to both lengths:
 * neither is trusted.
 */
export function matchesText(pattern: string, text: string): boolean {
  const lower = text.toLowerCase()
  let from = 0
  for (const part of pattern.toLowerCase().split('*')) {
    const at = lower.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return true
}

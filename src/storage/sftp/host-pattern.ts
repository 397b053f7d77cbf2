/** Whether a list of patterns with *, ? and ! means this name: none that begins with ! may, and one of the others must. */
export function matchesPatterns(patterns: readonly string[], name: string): boolean {
  if (patterns.some(each => each.startsWith('!') && matches(each.slice(1), name))) return false
  return patterns.some(each => matches(each, name))
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split(/([*?])/).map(part => (part === '*' ? '.*' : part === '?' ? '.' : RegExp.escape(part)))
  return new RegExp(`^${parts.join('')}$`).test(name)
}

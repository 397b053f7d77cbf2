/**
 * restic's exclude patterns: `*.bak` is left out wherever it lies, `cache/tmp` wherever these two follow each other,
 * `/var/log` only there; `**` stands for any number of folders, `?` and `[…]` for one character.
 */
export function exclusion(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.filter(pattern => pattern !== '').map(expression)
  return path => expressions.some(each => each.test(path))
}

function expression(pattern: string): RegExp {
  const anchored = pattern.startsWith('/')
  const names = pattern.split('/').filter(name => name !== '')
  const body = names.map(name => (name === '**' ? '(?:/[^/]+)*' : `/${nameExpression(name)}`)).join('')
  return new RegExp(`${anchored ? '^' : '(?:^|.*)'}${body}$`, 's')
}

function nameExpression(name: string): string {
  return name.replace(/\\.|\*|\?|\[\^?[^\]]*\]|[.+^${}()|[\]\\/]/gs, token => {
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    return token.length > 1 && token.startsWith('[') ? token : `\\${token.at(-1)}`
  })
}

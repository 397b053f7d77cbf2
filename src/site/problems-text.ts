import type { Problem } from '../site/problem.ts'

/** One line a problem, as compilers write them, so that editors can jump there. */
export function problemsText(file: string, problems: readonly Problem[]): string {
  return problems
    .map(({ line, column, path, message, allowed, severity }) => {
      const where = path === '' ? '' : `${path}: `
      const way = allowed === null ? '' : ` (${allowed})`
      return `${file}:${line}:${column}: ${severity}: ${where}${message}${way}`
    })
    .join('\n')
}

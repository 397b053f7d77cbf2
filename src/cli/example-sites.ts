import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { BlackstartError } from '../errors.ts'
import { type SiteEdit, setSiteValues } from '../site/edit-site.ts'
import { alternatives, quote } from '../site/problem.ts'

/** The complete sites that `init --example` writes; each is a folder of `examples/` in the package. */
export const exampleNames = ['water', 'bottling', 'logistics'] as const

const folder = path.resolve(import.meta.dirname, '..', '..', 'examples')

/** Throws `usage` where there is no such example. */
export async function exampleText(name: string): Promise<string> {
  if (!exampleNames.some(known => known === name)) {
    throw new BlackstartError('usage', `There is no example ${quote(name)}: --example ${alternatives(exampleNames)}.`)
  }
  return readFile(path.join(folder, name, 'site.yaml'), 'utf8')
}

/** The text with that name and time zone, all comments kept; what is undefined stays as the example has it. */
export function withNames(text: string, name: string | undefined, timezone: string | undefined): string {
  const edits: SiteEdit[] = []
  if (name !== undefined) edits.push({ path: ['site', 'name'], value: name })
  if (timezone !== undefined) edits.push({ path: ['site', 'timezone'], value: timezone })
  return setSiteValues(text, edits)
}

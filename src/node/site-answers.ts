import { BlackstartError } from '../errors.ts'
import { editsOf } from '../policy/interview/apply-answers.ts'
import type { SiteIndex } from '../policy/site-index.ts'
import { setSiteValues } from '../site/edit-site.ts'
import { quote } from '../site/problem.ts'
import type { Process, Site } from '../site/site.ts'
import { readSiteTree } from '../site/site-tree.ts'
import { createSuggest } from '../site/suggest.ts'

/** Throws `not-found`, with what may have been meant. */
export function processNamed(site: Site, id: string): Process {
  const found = site.processes.find(process => process.id === id)
  if (found !== undefined) return found
  const ids = site.processes.map(process => process.id)
  const near = createSuggest()(id, ids)
  const known = ids.length === 0 ? 'It names no process yet.' : `There are: ${ids.join(', ')}.`
  const hint = near === null ? known : `Did you mean ${quote(near)}? ${known}`
  throw new BlackstartError('not-found', `There is no process ${quote(id)} in site.yaml. ${hint}`, {
    facts: { processes: ids, ...(near === null ? {} : { meant: near }) },
  })
}

/**
 * The text of the site file with answers of the interview in it, by the id of their question, as the file may say them; every
 * other byte stays. `text` is that of the index's site. Throws `refused` where it is written in a way that cannot be changed safely.
 */
export function withAnswers(
  text: string,
  index: SiteIndex,
  process: Process,
  answers: ReadonlyMap<string, string>,
): string {
  const position = index.site.processes.indexOf(process)
  const edits = editsOf(index, position, process, mtdlIsMapping(text, position), answers)
  return edits.length === 0 ? text : setSiteValues(text, edits)
}

/** How the file writes the MTDL of the process now. */
function mtdlIsMapping(text: string, position: number): boolean {
  const { value } = readSiteTree(text) as {
    readonly value: { readonly processes: readonly { readonly mtdl?: unknown }[] }
  }
  const mtdl = value.processes[position]?.mtdl
  return typeof mtdl === 'object' && mtdl !== null
}

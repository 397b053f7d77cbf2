import { compareVersions, type Side } from '../../compare/compare-versions.ts'
import type { Hunk } from '../../compare/comparison.ts'
import { siteFormat } from '../../compare/redact.ts'
import { BlackstartError } from '../../errors.ts'
import { indexSite, type SiteIndex } from '../../policy/site-index.ts'
import type { ParsedSite } from '../../site/parse-site.ts'
import type { Problem } from '../../site/problem.ts'
import { parseSiteFile } from '../load-site.ts'
import { processNamed, withAnswers } from '../site-answers.ts'

/** Two texts of the site file. */
export interface SiteTexts {
  readonly before: string
  readonly after: string
}

/** Of those that are set; null where that is not known. */
type SecretNames = ReadonlySet<string> | null

export interface CheckedText {
  /** Whether it may be saved. */
  readonly sound: boolean
  readonly problems: readonly Problem[]
  readonly hunks: readonly Hunk[]
  /** Null where it is not sound. */
  readonly counts: Readonly<Record<'zones' | 'assets' | 'processes' | 'items', number>> | null
}

/** What answers of the interview say of a process, by the id of their question. */
export interface Proposed {
  /** A sound one. */
  readonly text: string
  readonly process: string
  readonly changed: ReadonlyMap<string, string>
}

/** What takes seconds for a site of thousands of assets, and so is done in a thread of its own. */
export const siteWork = { check, compare, countErrors, propose }

let last: { readonly text: string; readonly parsed: ParsedSite; index: SiteIndex | null } | null = null

/** Parsed once for a text. */
function parsed(text: string) {
  if (last?.text === text) return last
  last = { text, parsed: parseSiteFile(new TextEncoder().encode(text)), index: null }
  return last
}

/** Whether a text may be saved, what is wrong with it, and how it differs from the one before. */
async function check({ before, after, secrets }: SiteTexts & { readonly secrets: SecretNames }): Promise<CheckedText> {
  const { site, problems } = parseSiteFile(new TextEncoder().encode(after), secrets)
  return {
    ...{ sound: site !== null, problems, hunks: await compare({ before, after }) },
    counts:
      site === null
        ? null
        : {
            ...{ zones: site.zones.length, assets: site.assets.length, processes: site.processes.length },
            items: site.assets.reduce((sum, { items }) => sum + items.length, 0),
          },
  }
}

async function countErrors(text: string): Promise<number> {
  const { problems } = parseSiteFile(new TextEncoder().encode(text))
  return problems.filter(({ severity }) => severity === 'error').length
}

/** What differs, with three lines around it; names of secrets are in them, and what looks like a secret is masked. */
async function compare({ before, after }: SiteTexts): Promise<readonly Hunk[]> {
  if (before === after) return []
  const side = (text: string): Side => {
    const bytes = Buffer.from(text)
    const chunks = async function* () {
      yield bytes
    }
    return { path: 'site.yaml', type: 'file', bytes: bytes.length, identity: text, mode: null, chunks }
  }
  const options = { format: siteFormat, context: 3 }
  const { changes } = await compareVersions([side(before)], [side(after)], options, new AbortController().signal)
  return changes.flatMap(({ hunks }) => hunks ?? [])
}

/** The text with the answers in it, checked. Throws `not-found`, and `refused` where it is written in a way that cannot be changed safely. */
async function propose({ text, process, changed }: Proposed): Promise<CheckedText & { readonly text: string }> {
  const held = parsed(text)
  const { site } = held.parsed
  if (site === null) throw new BlackstartError('site-invalid', 'The site file has errors: mend it first.')
  held.index ??= indexSite(site)
  const after = withAnswers(text, held.index, processNamed(site, process), changed)
  return { text: after, ...(await check({ before: text, after, secrets: null })) }
}

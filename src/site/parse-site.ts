import type { z } from 'zod'
import { type ChannelKinds, checkNotify, withOptions } from './check-notify.ts'
import { checkOptions, optionsKey } from './check-options.ts'
import { checkReferences } from './check-references.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkTimes } from './check-times.ts'
import type { Complaint } from './complaint.ts'
import { formatPath, type Problem } from './problem.ts'
import { checkSchema } from './schema-complaints.ts'
import type { Site } from './site.ts'
import { siteSchema } from './site-schema.ts'
import { readSiteText } from './site-text.ts'
import { readSiteTree, type SiteTree } from './site-tree.ts'
import { createSuggest } from './suggest.ts'

export interface ParsedSite {
  /** Null when any problem is an error. */
  readonly site: Site | null
  /** By line, then column; each said once; a thousand at most, and a last one that counts the rest. */
  readonly problems: readonly Problem[]
}

const mostProblems = 1000

/**
 * Reads a `site.yaml`. `connectors` holds the schema of each connector's options, by its kind, `channels` the kinds of
 * channels that notices may take, `secrets` the names of those that are set, null where that is not known. Never throws for what the
 * bytes hold; files over 5 MiB, binary ones and those that are built to exhaust a parser are refused without being parsed.
 */
export function parseSite(
  bytes: Uint8Array,
  connectors: ReadonlyMap<string, z.ZodType>,
  channels: ChannelKinds = new Map(),
  secrets: ReadonlySet<string> | null = null,
): ParsedSite {
  const read = readSiteText(bytes)
  if (!('text' in read)) return { site: null, problems: [{ ...read, path: '', severity: 'error' }] }
  const tree = readSiteTree(read.text)
  if (tree.value === undefined) return { site: null, problems: tidy(tree.problems) }

  const suggest = createSuggest()
  const schema = checkSchema(siteSchema, tree.value, [], suggest)
  const options = checkOptions(tree.value, connectors, suggest)
  const notify = checkNotify(tree.value, channels, suggest)
  const complaints = [
    ...(schema.success ? [] : schema.complaints),
    ...options.complaints,
    ...notify.complaints,
    ...checkReferences(tree.value, path => tree.position(path, 'value').line, suggest),
    ...checkTimes(tree.value),
    ...(secrets === null ? [] : checkSecrets(tree.value, secrets, suggest)),
  ]
  const problems = tidy([...tree.problems, ...complaints.map(complaint => place(complaint, tree))])
  const sound = schema.success && problems.every(problem => problem.severity === 'warning')
  return { site: sound ? assemble(schema.value, options.options, notify.options) : null, problems }
}

function place(complaint: Complaint, tree: SiteTree): Problem {
  const { path, of, message, allowed, severity = 'error' } = complaint
  return { ...tree.position(path, of), path: formatPath(path), message, allowed, severity }
}

/** In order, each once (aliases repeat what they stand for), no more than anyone reads. */
function tidy(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  const sorted = problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .filter(({ line, column, message }) => {
      const key = `${line}:${column}:${message}`
      return !seen.has(key) && seen.add(key)
    })
  if (sorted.length <= mostProblems) return sorted
  const kept = sorted.slice(0, mostProblems)
  const last = kept.at(-1) ?? { line: 1, column: 1 }
  const severity = sorted.slice(mostProblems).some(problem => problem.severity === 'error') ? 'error' : 'warning'
  const message = `${sorted.length - mostProblems} further problems from here on`
  return [...kept, { line: last.line, column: last.column, path: '', message, allowed: null, severity }]
}

function assemble(
  { site, assets, notify, ...rest }: z.infer<typeof siteSchema>,
  options: ReadonlyMap<string, unknown>,
  channels: ReadonlyMap<number, unknown>,
): Site {
  return {
    ...site,
    ...rest,
    notify: withOptions(notify, channels),
    assets: assets.map((asset, assetIndex) => ({
      ...asset,
      items: asset.items.map((item, index) => ({ ...item, options: options.get(optionsKey(assetIndex, index)) })),
    })),
  }
}

import type { Complaint } from './complaint.ts'
import { namedSecrets } from './named-secrets.ts'
import { quote } from './problem.ts'
import { rawEntries, rawField } from './raw-site.ts'
import type { Suggest } from './suggest.ts'

/** Names of secrets that are not among those that are `set`: they may be set later. `value` is the file's content, right or not. */
export function checkSecrets(value: unknown, set: ReadonlySet<string>, suggest: Suggest): Complaint[] {
  const assets = rawEntries(value, 'assets', [])
  const entries = [
    ...assets.flatMap(({ fields, path }) => rawEntries(fields, 'items', path)),
    ...rawEntries(value, 'triggers', []),
    ...rawEntries(rawField(value, 'notify'), 'channels', ['notify']),
  ]
  const named = entries.flatMap(({ fields, path }) => namedSecrets(fields, path))
  const used = new Set(named.flatMap(({ name }) => (set.has(name) ? [name] : [])))
  return named.flatMap(({ path, name }): Complaint[] => {
    if (set.has(name)) return []
    const near = suggest(name, used)
    const allowed = near === null ? 'a secret that is set: blackstart secrets set' : `did you mean ${quote(near)}?`
    return [{ path, of: 'value', message: `the secret ${quote(name)} is not set`, allowed, severity: 'warning' }]
  })
}

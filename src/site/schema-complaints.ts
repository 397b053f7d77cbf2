import { z } from 'zod'
import type { Complaint } from './complaint.ts'
import { alternatives, type Path, quote } from './problem.ts'
import { schemaKeys } from './schema-keys.ts'
import type { Suggest } from './suggest.ts'

type Issue = z.core.$ZodIssue

export type Checked<Value> =
  | { readonly success: true; readonly value: Value }
  | { readonly success: false; readonly complaints: readonly Complaint[] }

interface Subject {
  readonly schema: z.core.$ZodType
  readonly value: unknown
  /** Where `value` stands in the file. */
  readonly path: Path
  readonly suggest: Suggest
}

/** Checks `value`, which stands at `path` of the file, against a schema, and words everything that is wrong. */
export function checkSchema<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  path: Path,
  suggest: Suggest,
): Checked<z.core.output<Schema>> {
  const result = z.core.safeParse(schema, value)
  if (result.success) return { success: true, value: result.data }
  const subject = { schema, value, path, suggest }
  return { success: false, complaints: result.error.issues.flatMap(issue => complaintsOf(issue, [], subject)) }
}

function complaintsOf(issue: Issue, around: Path, subject: Subject): Complaint[] {
  const inner = [...around, ...pathOf(issue)]
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, inner, subject)
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearest(issue.errors).flatMap(deeper => complaintsOf(deeper, inner, subject))
  }
  const path = [...subject.path, ...inner]
  const found = valueAt(subject.value, inner)
  if (found === undefined) {
    const message = `${quote(String(path.at(-1) ?? ''))} is missing`
    return [{ path, of: 'value', message, allowed: allowedBy(issue) }]
  }
  if (issue.code === 'custom') return [{ path, of: 'value', message: issue.message, allowed: allowedBy(issue) }]
  const message = found === null ? 'nothing is given' : `${describe(found, path)} is not allowed`
  return [{ path, of: 'value', message, allowed: nearOrAllowed(issue, found, subject.suggest) }]
}

/** Of a word in place of one of several, the one that was probably meant, and the others where they are few. */
function nearOrAllowed(issue: Issue, found: unknown, suggest: Suggest): string | null {
  const allowed = allowedBy(issue)
  if (issue.code !== 'invalid_value' || typeof found !== 'string') return allowed
  const near = suggest(found, issue.values.map(String))
  if (near === null) return allowed
  return `did you mean ${quote(near)}?${allowed !== null && allowed.length < 100 ? ` allowed: ${allowed}` : ''}`
}

function pathOf(issue: Issue): Path {
  return issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))
}

/** The branch of a union that was probably meant: whose complaints lie deepest, then the one with the fewest. */
function nearest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(issue => issue.path.length))
  const [best = []] = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)
  return best
}

const secret = /pass(?:word|wd|phrase)?$|secret|token|credential|api-?key|private-?key/i

function unknownKeys(keys: readonly string[], inner: Path, { schema, path, suggest }: Subject): Complaint[] {
  const known = schemaKeys(schema, inner)
  return keys.map(key => {
    const near = suggest(key, known)
    const allowed =
      near !== null
        ? `did you mean ${quote(near)}?`
        : secret.test(key)
          ? 'no credentials here: blackstart secrets set keeps them'
          : known.length > 0
            ? alternatives(known)
            : null
    return { path: [...path, ...inner, key], of: 'key', message: `unknown key ${quote(key)}`, allowed }
  })
}

/** A value as a message shows it, never one that may be a credential. */
function describe(value: unknown, path: Path): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (path.some(part => typeof part === 'string' && secret.test(part))) return 'the value'
  return typeof value === 'string' ? quote(value) : String(value)
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value
  for (const part of path) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, part)) return undefined
    found = Reflect.get(found, part)
  }
  return found
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

/** What is allowed: in the schema's own words where it has some, else told from the issue. */
function allowedBy(issue: Issue): string | null {
  if (issue.code === 'custom') {
    const allowed: unknown = issue.params?.allowed
    return typeof allowed === 'string' ? allowed : null
  }
  if (!/^(?:Invalid|Too (?:big|small)|Unrecognized)/.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected
    case 'invalid_value':
      return alternatives(issue.values.map(String))
    case 'invalid_union':
      return 'options' in issue && issue.options !== undefined ? alternatives(issue.options.map(String)) : null
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`
    default:
      return issue.message.replace(/^Invalid (?:input: |string: )?/, '')
  }
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
}

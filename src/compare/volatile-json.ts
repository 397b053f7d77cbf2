import { type VolatileSpan, volatileSpan } from './volatile-span.ts'

interface JsonRule {
  /** Keys from the root down, `.` between them. */
  readonly path: string
  readonly value: RegExp
  readonly what: string
}

// Ignition's resource.json
const rules: readonly JsonRule[] = [
  {
    path: 'attributes.lastModification.timestamp',
    value: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
    what: 'lastModification.timestamp',
  },
  { path: 'attributes.lastModificationSignature', value: /^[0-9a-f]+$/, what: 'lastModificationSignature' },
]

const token = /[ \t\r\n]*(?:("(?:[^"\\\r\n]|\\.)*")|([{}[\]:,])|([^ \t\r\n"{}[\]:,]+))/y

/** The contents of the strings that the rules name. Keys inside arrays have no path, so that no rule meets them. */
export function volatileInJson(text: string): VolatileSpan[] {
  const spans: VolatileSpan[] = []
  const keys: (string | null)[] = []
  let pending: string | null = null
  let last: string | null = null
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, string, sign] = match
    if (sign === '{' || sign === '[') {
      keys.push(sign === '[' ? null : pending)
      pending = null
    } else if (sign === '}' || sign === ']') {
      keys.pop()
      pending = null
    } else if (sign === ':') pending = last
    else if (sign === ',') pending = null
    else if (string !== undefined && pending !== null) {
      const value = string.slice(1, -1)
      const path = [...keys.slice(1), pending].join('.')
      const rule = keys.includes(null, 1) ? undefined : rules.find(one => one.path === path && one.value.test(value))
      const end = token.lastIndex - 1
      if (rule !== undefined) spans.push(volatileSpan(end - value.length, end, rule.what))
    }
    last = string === undefined ? null : string.slice(1, -1)
  }
  return spans
}

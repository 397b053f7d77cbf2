import { frenchAllowed, frenchProblem, problemPhrases } from './french-of-problems.ts'

const firstOf = (list: string) => problemPhrases[list]?.[0]?.[0] ?? ''

/** What stands in sources without the words that it is said with. */
const wholes: Readonly<Record<string, string>> = {
  ...{ 'an empty list': 'an empty list is not allowed', 'the value': 'the value is not allowed' },
  ...{ 'more than': 'more than 3', 'at least': 'at least 3', 'less than': 'less than 3', 'at most': 'at most 3' },
  ...{ ' characters': 'at least 3 characters', ' entries': 'at most 3 entries' },
  ' allowed: {}': 'did you mean "plc"? allowed: plc or hmi',
  'an asset, an item or a process': 'the id of an asset, an item or a process',
  '{} in line {}': 'the id "plc" is taken by assets[0].id in line 3',
}

/** What the code computes of its own words, and not of the file. */
const computed: readonly (readonly [RegExp, string])[] = [
  [/(?<=^\{\} is not )\{\}(?= of this site$)|(?<=^the id of )\{\}$/u, firstOf('entry')],
  [/(?<= is shorter than )\{\}(?=, which)/u, firstOf('steps')],
  [/(?<=^a list of windows, each )\{\}$/u, firstOf('window')],
  [/(?<=^a list of dates, each )\{\}$/u, firstOf('date')],
  [/(?<=^a list such as .*, each )\{\}$/u, firstOf('network')],
  [/(?<=^a list of )\{\}$/u, firstOf('oid')],
  [/(?<=^the id \{\} is taken by )\{\}$/u, 'assets[0].id in line 3'],
  [/(?<=^did you mean \{\}\?)\{\}$/u, ''],
  [/^\{\}(?=, at most \{\}d$)/u, firstOf('duration')],
]

/** Whether what a source says of `site.yaml`, as `literalsOf` gives it, is said in French. For tests. */
export function isKnownProblem(literal: string): boolean {
  const whole = computed.reduce((said, [pattern, words]) => said.replace(pattern, words), wholes[literal] ?? literal)
  const forms = ['"plc"', 'plc', 'plc or hmi'].map(value => whole.replaceAll('{}', value))
  return [...forms, ...withValue(whole), ...withEntry(whole)].some(
    form => isFrench(form, frenchProblem(form)) || isFrench(form, frenchAllowed(form)),
  )
}

/** Why a value is wrong follows the value. */
function withValue(words: string): readonly string[] {
  return problemPhrases.fault?.some(([fault]) => fault === words) ? [`"plc" ${words}`] : []
}

/** What an id or a list is of. */
function withEntry(words: string): readonly string[] {
  const lists = ['entry', 'steps', 'of'] as const
  const known = lists.find(list => problemPhrases[list]?.some(([phrase]) => phrase === words))
  if (known === undefined) return []
  if (known === 'entry') return [`the id of ${words}`]
  return [
    known === 'of'
      ? `a list such as [plc], of ${words}`
      : `mtd 1h is shorter than ${words}, which take 2h whatever is restored`,
  ]
}

function isFrench(english: string, said: string): boolean {
  return said !== english && englishIn(said) === null
}

/** A word of English that French has not, outside what is quoted; null where there is none. For tests. */
export function englishIn(text: string): string | null {
  const plain = text.replaceAll(/« .*? »|\{.*?\}|\[.*?\]|`.*?`|".*?"/gsu, '')
  const words = /\b(?:the|of|is|are|was|such|or|and|with|without|which|that|not|no|in|its|each|has|have)\b/iu
  return words.exec(plain)?.[0] ?? null
}

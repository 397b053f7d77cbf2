import { z } from 'zod'
import { type CliAnswer, type CliModel, type FactPatterns, plainModel } from './cli-model.ts'

const pattern = z.string().min(1).refine(isPattern, 'a regular expression, as JavaScript writes it')
const command = z.string().min(1)
const answers = z.array(z.strictObject({ pattern, answer: z.string() }))
const facts = z.record(z.string().regex(/^[a-z][A-Za-z]*$/), pattern)

/** A name for an entry: one name, no folder, not hidden. */
export const cliFileName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'a file name of letters, digits, `.`, `-` and `_`')

/** A model as a user writes it in the site file, under `define`. */
export const cliDefinition = z.strictObject({
  format: z.string().min(1).default('custom').describe('how the content is compared; the name of a model or your own'),
  transport: z.enum(['shell', 'exec']).default('shell'),
  prompt: pattern.describe('the whole line on which the device waits'),
  lineEnd: z.enum(['lf', 'cr', 'crlf']).default('lf'),
  questions: answers.default([]).describe('asked before the first prompt'),
  pagers: answers.default([...plainModel.pagers].map(({ pattern, answer }) => ({ pattern: pattern.source, answer }))),
  enable: z.strictObject({ command, when: pattern, password: pattern }).optional(),
  before: z.array(command).default([]).describe('commands of this session alone, such as paging off'),
  capture: z
    .array(z.strictObject({ command, file: cliFileName, endMark: pattern.optional(), facts: facts.default({}) }))
    .min(1)
    .refine(list => new Set(list.map(({ file }) => file)).size === list.length, 'each file once'),
  facts: z.array(z.strictObject({ command, patterns: facts })).default([]),
  errors: z.array(pattern).default([]).describe('lines that mean: the command was not run'),
  logout: z.array(command).default(['exit']),
  echoLines: z.int().min(0).optional().describe('lines of echo before the output; recognised when left out'),
})

export type CliDefinition = z.infer<typeof cliDefinition>

const lineEnds = { lf: '\n', cr: '\r', crlf: '\r\n' } as const

/** The model that a definition describes. Patterns ignore case, `^` and `$` are the ends of a line. */
export function definedModel(definition: CliDefinition): CliModel {
  const { enable } = definition
  return {
    name: definition.format,
    transport: definition.transport,
    prompt: compiled(definition.prompt),
    lineEnd: lineEnds[definition.lineEnd],
    questions: definition.questions.map(compiledAnswer),
    pagers: definition.pagers.map(compiledAnswer),
    enable:
      enable === undefined
        ? null
        : { command: enable.command, when: compiled(enable.when), password: compiled(enable.password) },
    prepare: definition.before,
    captures: definition.capture.map(({ command, file, endMark, facts }) => ({
      command,
      file,
      endMark: endMark === undefined ? null : { line: compiled(endMark), due: null },
      facts: compiledFacts(facts),
    })),
    changed: null,
    facts: definition.facts.map(({ command, patterns }) => ({ command, patterns: compiledFacts(patterns) })),
    errors: definition.errors.map(compiled),
    logout: definition.logout,
    echoLines: definition.echoLines ?? null,
  }
}

function compiled(source: string): RegExp {
  return new RegExp(source, 'im')
}

function compiledAnswer({ pattern, answer }: { pattern: string; answer: string }): CliAnswer {
  return { pattern: compiled(pattern), answer }
}

function compiledFacts(facts: Readonly<Record<string, string>>): FactPatterns {
  return Object.fromEntries(Object.entries(facts).map(([fact, source]) => [fact, compiled(source)]))
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'im')
    return true
  } catch {
    return false
  }
}

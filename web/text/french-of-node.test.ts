import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findingCodes } from '../../src/policy/finding.ts'
import { frenchPart } from './french-recovery.ts'
import { frenchSentence } from './french-sentences.ts'
import { literalsOf, readSource, refusalsOf, sourcesIn } from './sentences-of-source.ts'

/** As the node would say it: what it computes is a name. */
const said = (template: string) => template.replaceAll('{}', 'plc-filler/program')

/** Said on the console before anything is served, or about what only the command line does. */
const notInPages = [
  'src/api/serve-node.ts',
  'src/api/socket-file.ts',
  'src/node/people/accounts-store.ts',
  'src/node/people/people-state.ts',
]

test('every refusal that a page can be answered with has its French', () => {
  const files = sourcesIn('src/api/**/*.ts', 'src/node/people/**/*.ts', 'src/node/views/*.ts', 'src/archive/decide.ts')
  const refusals = [
    ...files,
    'src/archive/find-version.ts',
    'src/archive/version-entries.ts',
    'src/node/runs/needs-no-write.ts',
    'src/policy/what-if.ts',
  ]
    .filter(file => !notInPages.includes(file))
    .flatMap(file => refusalsOf(readSource(file)).map(sentence => `${file}: ${sentence}`))
  assert.ok(refusals.length > 90, String(refusals.length))
  const lacking = refusals.filter(line => frenchSentence(said(line.replace(/^\S+: /u, ''))) === null)
  assert.deepEqual(lacking, [])
})

test('every reason of a verdict, every part of a recovery and every remedy of a failure has its French', () => {
  const sentences = [
    ...sentencesOf('src/policy/verdict/verdict-reasons.ts').filter(
      text => !/^,|^whatever is lost$|^\{\} and \{\} more$/u.test(text),
    ),
    ...sentencesOf('src/node/views/failure-remedy.ts'),
    ...sentencesOf('src/node/views/broken-glass.ts'),
    ...sentencesOf('src/node/views/cut-zones.ts').flatMap(text =>
      text.endsWith('.') ? text.replace(/^\{\}(?= do not)/u, '3 of 5 assets in cell') : [],
    ),
    ...sentencesOf('src/api/routes/approval-needs.ts'),
    // it leads to what the channel says (french-messages.test.ts)
    ...sentencesOf('src/api/service-parts.ts').filter(text => !text.startsWith('Nobody is told through')),
  ].flatMap(withTerms)
  assert.ok(sentences.length > 35)
  const lacking = sentences.map(reasonSaid).filter(sentence => frenchSentence(sentence) === null)
  const parts = sentencesOf('src/policy/verdict/recovery-time.ts').filter(
    text => !/ stated( \(needs\))?$|^hardware \{\}: \{\}$/u.test(text),
  )
  assert.ok(parts.length >= 5)
  lacking.push(...parts.map(part => said(part)).filter(part => frenchPart(part) === part))
  assert.deepEqual(lacking, [])
})

/** Words that follow one another: sentences, and phrases that become some. */
function sentencesOf(file: string): readonly string[] {
  return literalsOf(readSource(file)).flatMap(({ text }) =>
    /[a-z]{2,} .*[a-z]/u.test(text) && !text.startsWith('.') ? text : [],
  )
}

/** Terms of a write stand between its words, or nothing does. */
function withTerms(template: string): readonly string[] {
  if (template.startsWith(', even if')) return []
  if (!/(?:device|person)\{\}: /u.test(template)) return [template]
  const held = template.includes('broke the glass') ? 'held before' : 'holds now'
  return ['', `, even if what it ${held} is lost`].map(terms =>
    template.replace(/(?<=device|person)\{\}(?=: )/u, terms),
  )
}

/** A loss and a kind of data are phrases of their own. */
function reasonSaid(template: string): string {
  return said(
    template
      .replace(/(?<=would be left )\{\}|(?<=held )\{\}(?=, as)|^\{\}(?= it takes)/u, 'if the site is lost')
      .replace('its {} is stated', 'its history is stated')
      .replace('come back{};', 'come back;')
      .replace(/^\{\}(?=: nine)/u, 'site'),
  )
}

test('every finding has a remedy in other languages than the node’s', () => {
  const source = readSource('web/text/told.ts')
  assert.deepEqual(
    findingCodes.filter(code => !source.includes(`'${code}': `) && !source.includes(`    ${code}: `)),
    [],
  )
})

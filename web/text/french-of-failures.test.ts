import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { differenceTemplates, failurePhrases, failureTemplates } from './french-messages.ts'
import { frenchNote } from './french-notes.ts'
import { frenchSentence } from './french-sentences.ts'
import { isKnownProblem } from './problems-of-source.ts'
import { literalsOf, readSource, sourcesIn } from './sentences-of-source.ts'

/** What is said elsewhere than of a failure: in mails and syslog, to devices and databases, in the log. */
const elsewhere = [
  '**/*contract.ts',
  '**/*.d.ts',
  'src/capture/ssh-cli/models/**',
  'src/node/notify/{judgement-notices,notices-of-line,told-notices,notice-words,notice-feed,notice}.ts',
  'src/node/notify/email/compose-mail.ts',
  'src/node/notify/syslog/{strict-parsers,journal-event-words,format-rfc5424}.ts',
  'src/node/triggers/syslog/known-changes.ts',
]

/** The same, of single literals. */
const notOfFailures = [
  /^(?:select|insert|update|delete|create|\n)|^\{\} lane = |^(?:failures|lastError|givenUp) = |^application\/json/u,
  // French too
  /^transport: tls$/u,
  // what nobody is told
  /^A repository was to be changed|^The lock of the repository was released|^no storage|^ended by us$|^Server does not support/u,
]

test('every sentence of a failure, and every phrase within one, has its French', () => {
  const reading = '{capture-item,fingerprint-item,journal,read-item,sweep-session,target,write-to-device}'
  const verifying = '{reconcile,verify-archive,verify-place}'
  const found = sourcesIn(
    'src/{capture,secrets,storage}/**/*.ts',
    'src/node/{notify,triggers}/**/*.ts',
    `src/archive/{${reading},${verifying}}.ts`,
    'src/engine/{damage.ts,read-back.ts,crypto/search-key.ts,lock/repository-lock.ts,check/check-packs.ts}',
    'src/recover/{drill-item,verify-disk}.ts',
    'src/errors.ts',
  )
    .filter(file => !elsewhere.some(pattern => path.posix.matchesGlob(file, pattern)))
    .flatMap(file => {
      const source = readSource(file)
      return phrasesOf(source).map(text => ({ file, text, ofOptions: source.includes("from 'zod'") }))
    })
  assert.ok(found.length > 250, String(found.length))
  const lacking = found
    .filter(({ text }) => !isKnown(text) && !isKnown(text.trim()) && !isNote(text))
    .filter(({ text, ofOptions }) => !ofOptions || !isKnownProblem(text))
    .map(({ file, text }) => `${file}: ${text}`)
  assert.deepEqual(lacking, [])
})

test('every list of phrases that a sentence names is there', () => {
  const named = [...failureTemplates, ...Object.values(failurePhrases).flat()]
    .flatMap(([english]) => [...english.matchAll(/\{([a-z]+)\}/gu)])
    .map(([, list = '']) => list)
  assert.deepEqual(
    named.filter(list => !Object.hasOwn(failurePhrases, list)),
    [],
  )
  const names = Object.keys(failurePhrases)
  assert.deepEqual(
    names.filter(list => !named.includes(list)),
    [],
  )
})

test('the French of a sentence has as many gaps as the English', () => {
  const gapsOf = (text: string) => text.match(/\{[a-z]*\}/gu)?.length ?? 0
  const all = [...failureTemplates, ...differenceTemplates, ...Object.values(failurePhrases).flat()]
  assert.deepEqual(
    all.filter(([english, french]) => !/\{\d\}/u.test(french) && gapsOf(english) !== gapsOf(french)),
    [],
  )
})

/** Two words and more, but for what describes an option, what a database or a program is asked, and what the code says to itself. */
function phrasesOf(source: string): readonly string[] {
  return literalsOf(source).flatMap(({ at, text }) => {
    const before = source.slice(Math.max(0, at - 30), at)
    const isCall =
      /\b(?:describe|meta|Error|super|exec|prepare|on)\(\s*$/u.test(before) && !before.includes('Blackstart')
    const isOne = !/[a-z]{2,}\S* .*[a-z]{2}|\{\} [a-z]{2,} /su.test(text)
    return isCall || isOne || notOfFailures.some(pattern => pattern.test(text)) ? [] : text
  })
}

/** Of each template and phrase, every form in which a source may have it: a phrase as `{}`, or written out. */
function formsOf(english: string): readonly string[] {
  const [, before = '', list = '', after = ''] = /^(.*?)\{([a-z]+)\}(.*)$/su.exec(english) ?? []
  if (list === '') return [english]
  const within = ['{}', ...(failurePhrases[list] ?? []).flatMap(([phrase]) => formsOf(phrase))]
  return formsOf(after).flatMap(rest => within.map(phrase => `${before}${phrase}${rest}`))
}

const forms = new Set(
  [...failureTemplates, ...differenceTemplates, ...Object.values(failurePhrases).flat()].flatMap(([english]) =>
    formsOf(english),
  ),
)

/** What a capture notes of itself, which is no failure. */
function isNote(text: string): boolean {
  return frenchNote(text) !== text || frenchNote(`pipe (${text})`) !== `pipe (${text})`
}

/** What stands before the second part of a sentence that a source puts together. */
const openings = ['', '{} ', '{} cannot be {}: ', '{} does not take {}: ', 'the server ']

/** Sentence by sentence, as `frenchMessage` looks at it. */
function isKnown(text: string): boolean {
  // what stands between two sentences is one of its own
  const parts = text.replace(/\.\{\} (?=\p{Lu})/u, '. ').split(/(?<=[.!?…]["»)]?) /u)
  for (let at = 0; at < parts.length; ) {
    const end = parts.findIndex((_, last) => last >= at && isForm(parts.slice(at, last + 1).join(' ')))
    if (end < 0) return false
    at = end + 1
  }
  return true
}

function isForm(words: string): boolean {
  if (/^[{}\p{P}\s]*$/u.test(words) || openings.some(opening => words.endsWith(`${opening}{}`) && opening.length > 3))
    return true
  // without the item or the place that it is about, or the message before it; with or without its full stop
  const plain = [words, words.replace(/^(?:trigger )?\S+: /u, ''), words.replace(/^\{\} /u, '')]
  const ends = plain.flatMap(one => [one, `${one}.`, one.replace(/\.$/u, '')])
  if (ends.some(end => openings.some(opening => forms.has(`${opening}${end}`)))) return true
  return frenchSentence(words.replaceAll('{}', 'plc-filler/program')) !== null
}

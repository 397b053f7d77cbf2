import { frenchDifference } from './french-differences.ts'
import { capturePhrases, captureTemplates } from './french-of-captures.ts'
import { filePhrases, fileTemplates } from './french-of-files.ts'
import { ftpPhrases, ftpTemplates } from './french-of-ftp.ts'
import { noticePhrases, noticeTemplates } from './french-of-notices.ts'
import { repositoryPhrases, repositoryTemplates } from './french-of-repository.ts'
import { sshPhrases, sshTemplates } from './french-of-ssh.ts'
import { storagePhrases, storageTemplates } from './french-of-storage.ts'
import { frenchSentence } from './french-sentences.ts'
import { type Phrases, type Template, templates } from './french-template.ts'

/** Without what stands for something else each time. */
const wordsIn = ([english]: Template) => english.replaceAll(/\{[a-z]*\}/gu, '').length

/**
 * What is said of a failure, sentence by sentence, without the item, the place or the channel that it begins with. Those with most words
 * first: what fits the others fits too much.
 */
export const failureTemplates: readonly Template[] = [
  ...captureTemplates,
  ...fileTemplates,
  ...ftpTemplates,
  ...sshTemplates,
  ...noticeTemplates,
  ...storageTemplates,
  ...repositoryTemplates,
].toSorted((a, b) => wordsIn(b) - wordsIn(a))

export const failurePhrases: Phrases = {
  ...capturePhrases,
  ...filePhrases,
  ...ftpPhrases,
  ...sshPhrases,
  ...noticePhrases,
  ...storagePhrases,
  ...repositoryPhrases,
}

/** Of a write-back whose device then held something else: what differs has a French of its own. */
export const differenceTemplates: readonly Template[] = [
  [
    'written, but the device now holds something else than {}: {}.',
    'écrit, mais l’équipement contient autre chose que {} : {}.',
  ],
]

const ofFailures = templates(failureTemplates, failurePhrases)
const ofDifferences = templates(differenceTemplates, {}, frenchDifference)

/** What leads to another message. */
const leading: readonly (readonly [RegExp, string])[] = [
  [/^Nobody is told through ([^\s:]+): /u, 'Personne n’est prévenu par $1 : '],
  [/^Nobody can be told of what happens: /u, 'Personne ne peut être prévenu de ce qui arrive : '],
  [/^The node's own items could not be stored: /u, 'Les éléments propres au nœud n’ont pas pu être stockés : '],
]

/** More than one sentence of ours has with a device's words in it: what a device said at length is not looked through. */
const mostParts = 8

/** A message of the node in French: as a whole, else each of its sentences that is known; what a device said stays as it came. */
export function frenchMessage(message: string): string {
  for (const [pattern, french] of leading) {
    const [lead] = pattern.exec(message) ?? []
    if (lead !== undefined) return `${lead.replace(pattern, french)}${frenchMessage(message.slice(lead.length))}`
  }
  return frenchSentence(message) ?? bySentence(message.split(/(?<=[.!?…]["»)]?) /u))
}

/** A device's words may end like a sentence: what is not known up to there may be known with what follows. */
function bySentence(parts: readonly string[]): string {
  const said: string[] = []
  for (let at = 0; at < parts.length; ) {
    const { french, next } = knownFrom(parts, at) ?? { french: parts[at] ?? '', next: at + 1 }
    said.push(french)
    at = next
  }
  return said.join(' ')
}

function knownFrom(parts: readonly string[], at: number): { readonly french: string; readonly next: number } | null {
  const most = Math.min(parts.length, at + mostParts)
  for (let next = at + 1; next <= most; next += 1) {
    const french = frenchFailure(parts.slice(at, next).join(' '))
    if (french !== null) return { french, next }
  }
  return null
}

/** Null where it is not known. */
function frenchFailure(sentence: string): string | null {
  const [, subject, rest] = /^((?:trigger )?\S+|\/.*?): (.+)$/su.exec(sentence) ?? []
  if (subject !== undefined && rest !== undefined) {
    const said = known(rest)
    if (said !== null) return `${subject.replace(/^trigger /u, 'déclencheur ')} : ${said}`
  }
  return known(sentence)
}

function known(sentence: string): string | null {
  return ofDifferences(sentence) ?? ofFailures(sentence) ?? frenchSentence(sentence)
}

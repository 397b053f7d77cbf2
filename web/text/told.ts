import { i18n } from '@lingui/core'
import type { Finding, WayUp } from '../../src/api/schema/finding.ts'
import type { Problem } from '../../src/api/schema/site.ts'
import { errorWords, wordsIn } from './error-words.ts'
import { formatDate } from './format-time.ts'
import { exposureWord } from './kind-words.ts'
import { nodeWords } from './node-words.ts'
import { sayButtons } from './say-buttons.ts'

/** What the node says, in the reader's language where the page knows it; a device's own words stay as they came. */
export function told(sentence: string): string {
  return sayButtons(nodeWords().sentence(sentence))
}

/** Why a capture, a rehearsal or a write failed; where nothing of it is known in the reader's language, what its code says first. */
export function toldFailure({ code, message }: { readonly code: string; readonly message: string }): string {
  const own = told(message)
  const known = own !== message || i18n.locale === 'en' ? null : errorWords(code)
  return known === null ? own : `${known.words} ${message}`
}

/** A part of a recovery: what it waits for, or what is not known of it. */
export function toldPart(words: string): string {
  return nodeWords().part(words)
}

/** What differs between two versions, or in one file of them. */
export function toldDifference(words: string): string {
  return nodeWords().difference(words)
}

/** What a score of a cause rests on, in the reader's language. */
export function toldCause(words: string): string {
  return nodeWords()
    .cause(words)
    .replaceAll(/(?<=^|[,;:] )[a-z]+(?:-[a-z]+)*(?=$| ?[,;]| \d)/gu, exposureWord)
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/gu, formatDate)
}

/** What a failure mode is called. */
export function toldMode(name: string): string {
  return nodeWords().mode(name)
}

/** What is wrong in `site.yaml`, and what is allowed there. */
export function toldProblem({ message, allowed }: Problem): Pick<Problem, 'message' | 'allowed'> {
  const say = nodeWords()
  return { message: say.problem(message), allowed: allowed === null ? null : say.allowed(allowed) }
}

/** What a fact of a version is called. */
export function toldFact(name: string): string {
  return nodeWords().fact(name)
}

/** What a capture notes of itself; what a device said of itself stays as it came. */
export function toldNote(words: string): string {
  return nodeWords().note(words)
}

/** What closes the findings of a step; where one of it is not known in the reader's language, each kind of act once. */
export function remediesOf({ remedies: said, findings }: WayUp['steps'][number]): readonly string[] {
  const own = said.flatMap(remedy => nodeWords().remedy(remedy) ?? [])
  if (own.length === said.length) return own.map(sayButtons)
  const known = remedies()
  const acts = findings.map(id => known[id.split('@')[0] ?? ''])
  return acts.some(act => act === undefined) ? said : [...new Set(acts.flatMap(act => act ?? []))]
}

/** What closes a finding, in the node's words; where they are not known in the reader's language, what kind of act it takes. */
export function remedyOf({ code, remedy }: Pick<Finding, 'code' | 'remedy'>): string {
  const act = remedies()[code]
  // there the remedy is why it failed
  if (code === 'capture-failed' && act !== undefined && i18n.locale !== 'en')
    return `${sayButtons(act)} ${told(remedy)}`
  return sayButtons(nodeWords().remedy(remedy) ?? act ?? remedy)
}

/** What kind of act closes all findings of a code; null for a code that the page does not know. */
export function actOf(code: string): string | null {
  return wordsIn(remedies(), code)
}

function remedies(): Readonly<Record<string, string>> {
  return {
    'no-version': i18n.t('Capture it.'),
    'version-lost': i18n.t('Look for it in another copy and rebuild the catalog; else capture it anew.'),
    'capture-failed': i18n.t('See what the device says, mend it, and capture it again.'),
    stale: i18n.t('Capture it, and see why that does not happen by itself.'),
    drifted: i18n.t('Read the difference, then approve what the device holds or roll back.'),
    'changed-unexpectedly': i18n.t('Find out who changed it, then approve what the device holds or roll back.'),
    'not-approved': i18n.t('When an engineer has checked it, approve its newest version.'),
    'asset-without-items': i18n.t('Add what is to be backed up of it under items in site.yaml.'),
    'mtdl-missing': i18n.t('Ask the people of the process how much may be lost, and write it as mtdl in site.yaml.'),
    'mtd-missing': i18n.t(
      'Ask the people of the process how long it may stand still, and write it as mtd in site.yaml.',
    ),
    'steps-missing': i18n.t('Write under recovery in site.yaml how long each step takes that people do.'),
    'mtdl-infeasible': i18n.t(
      'Bring copies up to date more often, make captures faster, or ask whether more may be lost.',
    ),
    'interval-breaks-mtdl': i18n.t(
      'Shorten every of the item in site.yaml, or remove it: the interval then follows from the MTDL.',
    ),
    'mtd-exceeded': i18n.t(
      'Shorten what takes longest in the recovery plan, or ask whether it may stand still for longer.',
    ),
    'rto-exceeded': i18n.t('Shorten what takes longest in the recovery plan.'),
    'no-copy': i18n.t('Verify the places: a copy counts once it was read back.'),
    'copies-missing': i18n.t('Add a place to site.yaml: off site, on another medium, offline or locked.'),
    'no-surviving-copy': i18n.t(
      'Add a place that survives it: on another machine, in another credential domain, off site.',
    ),
    'lag-missing': i18n.t('State lag of the place in site.yaml: how long until a new version is verified there.'),
    'verification-due': i18n.t('Read all of the place: “Verify every byte” under Storage.'),
    'verification-errors': i18n.t(
      'See the disk of the place first, take the damaged packs out of the repository, then capture anew, or copy again, what they held.',
    ),
    'never-drilled': i18n.t('Rehearse it: “Rehearse…” on its page.'),
    'drill-due': i18n.t('Rehearse it again.'),
    'drill-failed': i18n.t('See what failed in the rehearsal, mend it, and rehearse again.'),
    'never-rehearsed': i18n.t(
      'Walk through the recovery with the people on call, watch in hand, and correct the steps in site.yaml.',
    ),
    'failure-modes-missing': i18n.t('Write its failure modes with their severity under failureModes in site.yaml.'),
    'life-missing': i18n.t('Write since when it is in service, and for how many years it is made.'),
    'life-exceeded': i18n.t('Plan its replacement, and keep a spare at hand until then.'),
    'spare-missing': i18n.t('Get a spare, and say in site.yaml where it lies.'),
    'conduit-forbidden': i18n.t('Remove the conduit, lead it through the DMZ, or write down the exception.'),
    'flow-forbidden': i18n.t('Lead it another way: through a relay in the DMZ, or from a node in its zone.'),
    'flow-without-conduit': i18n.t('List the conduit in site.yaml, once the firewall allows it for a reason.'),
    'connection-unexpected': i18n.t(
      'Find out what opened the connection; close it in the firewall or correct the address.',
    ),
    'key-beside-data': i18n.t(
      'Who takes the disk can read it. Move the node key into a credential of the system, or onto another disk, and name its path in the environment: BLACKSTART_PASSWORD_FILE.',
    ),
    'recovery-kit-on-disk': i18n.t('Print recovery-kit.txt, put it in a safe, and delete the file.'),
    'authority-ends': i18n.t(
      'Run blackstart authority renew, and install what it prints on the machines that look at the pages.',
    ),
  }
}

import type { AssetItem } from '../site/item-lookup.ts'
import { compareNatural } from '../site/natural-order.ts'
import type { Asset, Process, Site } from '../site/site.ts'
import { withAcknowledgements } from './acknowledge.ts'
import { type Class, classes } from './class.ts'
import { copyFindings, verificationFindings } from './copies/copy-findings.ts'
import { createCopyJudge } from './copies/judge-copies.ts'
import { type Criticality, createCriticality } from './criticality/criticality.ts'
import { criticalityFindings } from './criticality/criticality-findings.ts'
import { createRanking, type Ranking } from './criticality/rank.ts'
import type { Facts, ItemFacts } from './facts.ts'
import { compareText, type Finding, findingCodes, type JudgedFinding, severities } from './finding.ts'
import { createFlowFindings } from './flows/flow-findings.ts'
import { createScheduler } from './schedule/item-schedule.ts'
import { placeFindings, scheduleFindings } from './schedule/schedule-findings.ts'
import { indexSite, type SiteIndex } from './site-index.ts'
import { assetFindings, itemFindings } from './verdict/item-findings.ts'
import { type ItemJudgement, type ItemJudgeParts, judgeItem } from './verdict/judge-item.ts'
import { judgeProcess } from './verdict/judge-process.ts'
import { processFindings } from './verdict/process-findings.ts'
import type { ProcessVerdict } from './verdict/process-verdict.ts'

export interface Judgement {
  /** In the order of the file. */
  readonly processes: readonly ProcessVerdict[]
  readonly items: readonly ItemJudgement[]
  /** The gravest first, then by code and subject. */
  readonly findings: readonly JudgedFinding[]
  readonly criticality: Criticality
  /** What matters most; computed when it is asked for. */
  ranking(): Ranking
}

/** Judges one site again and again: what did not change since the last time is taken over. */
export interface Judge {
  readonly index: SiteIndex
  judge(facts: Facts): Judgement
}

/** From facts to what can be said: pure, and never more than the facts carry. */
export function judge(site: Site, facts: Facts): Judgement {
  return createJudge(site).judge(facts)
}

export function createJudge(site: Site): Judge {
  const run = new JudgeRun(indexSite(site))
  return { index: run.index, judge: facts => run.judge(facts) }
}

interface JudgedItem {
  readonly known: ItemFacts | undefined
  readonly class: Class | null
  readonly places: Facts['places']
  readonly judged: ItemJudgement
  readonly findings: readonly JudgedFinding[]
}

/** What the register and the day alone give. */
interface Register {
  readonly day: string
  readonly criticality: Criticality
  /** Of each process, the gravest of what it needs. */
  readonly classes: ReadonlyMap<Process, Class | null>
  readonly findings: readonly JudgedFinding[]
  readonly rank: ReturnType<typeof createRanking>
}

interface JudgedProcess {
  readonly class: Class | null
  readonly rehearsal: unknown
  readonly verdict: ProcessVerdict
  readonly findings: readonly JudgedFinding[]
}

/** Of all items that are alike in their class and in the places that hold them, one: there are few, whatever the number of items. */
class HeldItems {
  readonly #alike = new Map<string, { count: number; readonly item: ItemJudgement }>()

  replace(before: ItemJudgement | undefined, after: ItemJudgement): void {
    if (before !== undefined) this.#add(before, -1)
    this.#add(after, 1)
  }

  different(): readonly ItemJudgement[] {
    return [...this.#alike.values()].flatMap(({ count, item }) => (count > 0 ? item : []))
  }

  clear(): void {
    this.#alike.clear()
  }

  #add(item: ItemJudgement, count: number): void {
    const { copies, unverified } = item.copies
    const key = [item.class ?? '', ...copies.map(({ place }) => place), '', ...unverified].join(' ')
    const known = this.#alike.get(key)
    if (known === undefined) this.#alike.set(key, { count, item })
    else known.count += count
  }
}

/** Holds what was judged last, and the facts that it was judged from: the same facts are recognised by being the same objects. */
class JudgeRun {
  readonly index: SiteIndex
  readonly #parts: ItemJudgeParts
  readonly #flows: ReturnType<typeof createFlowFindings>
  readonly #bare: readonly JudgedFinding[]
  /** The ids of all items as findings are ordered. */
  readonly #ids: readonly string[]
  readonly #items = new Map<string, JudgedItem>()
  readonly #held = new HeldItems()
  readonly #buckets = new ItemBuckets()
  readonly #processes = new Map<Process, JudgedProcess>()
  /** Those of which an item was judged anew since they were. */
  readonly #touched = new Set<Process>()
  #judgedAt = Number.NEGATIVE_INFINITY
  #register: Register | null = null

  constructor(index: SiteIndex) {
    this.index = index
    this.#parts = { schedule: createScheduler(index), copies: createCopyJudge(index) }
    this.#flows = createFlowFindings(index)
    this.#ids = index.items.map(({ id }) => id).sort(compareNatural)
    this.#bare = judged([
      ...index.site.assets.flatMap(asset => assetFindings(index, asset)),
      ...placeFindings(index.site),
    ])
  }

  judge(facts: Facts): Judgement {
    const now = facts.now.epochMilliseconds
    // what was judged for later does not hold for earlier
    if (now < this.#judgedAt) this.#forget()
    this.#judgedAt = now
    const { criticality, classes, findings: ofRegister, rank } = this.#registerOn(facts.now)
    const judgements = this.index.items.map(of => this.#item(of, criticality.classOf(of.asset.id), facts).judged)
    const processes = this.index.site.processes.map(process =>
      this.#process(process, classes.get(process) ?? null, facts),
    )
    const ofSite = judged([
      ...verificationFindings(this.index, this.#held.different(), facts),
      ...this.#flows(facts),
      ...nodeFindings(facts),
    ])
    const ofItems = this.#buckets.refreshed(this.#ids.map(id => this.#items.get(id)?.findings ?? []))
    const others = [this.#bare, ofRegister, ofSite, ...processes.map(one => one.findings)]
    return {
      processes: processes.map(one => one.verdict),
      items: judgements,
      findings: withAcknowledgements(inOrder(ofItems, others), facts.acknowledgements, facts.now),
      criticality,
      ranking: () => rank(facts, slackByAsset(this.index, processes)),
    }
  }

  #forget(): void {
    for (const { findings } of this.#items.values()) this.#buckets.changed(findings)
    this.#items.clear()
    this.#held.clear()
    this.#processes.clear()
  }

  #registerOn(now: Temporal.Instant): Register {
    const today = now.toZonedDateTimeISO(this.index.site.timezone).toPlainDate()
    const day = today.toString()
    if (this.#register?.day === day) return this.#register
    const criticality = createCriticality(this.index, today)
    const findings = judged(criticalityFindings(this.index, criticality)).toSorted(bySubject)
    const classes = new Map(
      this.index.site.processes.map(process => {
        const assets = this.index.needsOf.get(process.id)?.assets ?? []
        return [process, gravest(assets, criticality.classOf)]
      }),
    )
    this.#register = { day, criticality, classes, findings, rank: createRanking(this.index, criticality) }
    return this.#register
  }

  #item(of: AssetItem, cls: Class | null, facts: Facts): JudgedItem {
    const known = facts.items.get(of.id)
    const before = this.#items.get(of.id)
    const same = before?.known === known && before?.class === cls && before?.places === facts.places
    if (before !== undefined && same && facts.now.epochMilliseconds <= before.judged.validUntil) return before
    const one = judgeItem(of, known, cls, facts, this.#parts)
    const findings = judged([
      ...itemFindings(one, known),
      ...scheduleFindings(one.schedule),
      ...copyFindings(this.index, one.copies, known, cls),
    ])
    const made = { known, class: cls, places: facts.places, judged: one, findings }
    this.#items.set(of.id, made)
    this.#held.replace(before?.judged, one)
    this.#buckets.changed(before?.findings ?? [])
    this.#buckets.changed(findings)
    for (const process of this.index.processesOfItem.get(of.id) ?? []) this.#touched.add(process)
    return made
  }

  #process(process: Process, cls: Class | null, facts: Facts): JudgedProcess {
    const rehearsal = facts.rehearsals.get(process.id)
    const before = this.#processes.get(process)
    if (
      before !== undefined &&
      !this.#touched.has(process) &&
      before.class === cls &&
      before.rehearsal === rehearsal &&
      facts.now.epochMilliseconds <= before.verdict.validUntil
    ) {
      return before
    }
    const items = (this.index.needsOf.get(process.id)?.items ?? []).flatMap(of => this.#items.get(of.id)?.judged ?? [])
    const verdict = judgeProcess(this.index, process, cls, items, id => this.#items.get(id)?.judged, facts)
    const findings = judged(processFindings(this.index, process, verdict))
    const made = { class: cls, rehearsal, verdict, findings }
    this.#processes.set(process, made)
    this.#touched.delete(process)
    return made
  }
}

/** Null where none has a class. */
function gravest(assets: readonly Asset[], classOf: Criticality['classOf']): Class | null {
  const found = new Set(assets.map(({ id }) => classOf(id)))
  return classes.find(one => found.has(one)) ?? null
}

/** Of the processes that need an asset, the one with the least of its MTD left. */
function slackByAsset(index: SiteIndex, processes: readonly JudgedProcess[]): (asset: string) => number | null {
  const slack = new Map(processes.map(({ verdict }) => [verdict.id, verdict.slack]))
  return asset => {
    const known = (index.processesOfAsset.get(asset) ?? []).flatMap(({ id }) => slack.get(id) ?? [])
    return known.length === 0 ? null : Math.min(...known)
  }
}

function judged(findings: readonly Finding[]): readonly JudgedFinding[] {
  return findings.map(finding => ({ ...finding, acknowledged: null }))
}

const codeOrder = new Map([...findingCodes].sort(compareText).map((code, index) => [code, index]))

const bucketCount = severities.length * codeOrder.size

/** Findings of one severity and code are one bucket; in the order of the buckets and, in each, of the subjects they are as `compareFindings` has them. */
function bucketOf({ severity, code }: Finding): number {
  return severities.indexOf(severity) * codeOrder.size + (codeOrder.get(code) ?? 0)
}

type Buckets = readonly (readonly JudgedFinding[])[]

/** The findings of the items in their buckets; only buckets of which an item changed are sorted again. */
class ItemBuckets {
  readonly #buckets: JudgedFinding[][] = Array.from({ length: bucketCount }, () => [])
  readonly #stale = new Set<number>()

  changed(findings: readonly JudgedFinding[]): void {
    for (const finding of findings) this.#stale.add(bucketOf(finding))
  }

  /** `items`: of each item all of its findings, the items in the order of findings: then little is left to sort. */
  refreshed(items: Iterable<readonly JudgedFinding[]>): Buckets {
    if (this.#stale.size === 0) return this.#buckets
    for (const bucket of this.#stale) this.#buckets[bucket] = []
    for (const findings of items) {
      for (const finding of findings) {
        const bucket = bucketOf(finding)
        if (this.#stale.has(bucket)) this.#buckets[bucket]?.push(finding)
      }
    }
    for (const bucket of this.#stale) this.#buckets[bucket]?.sort(bySubject)
    this.#stale.clear()
    return this.#buckets
  }
}

/** As `compareFindings`, for tens of thousands. */
function inOrder(items: Buckets, others: readonly (readonly JudgedFinding[])[]): readonly JudgedFinding[] {
  const more = Map.groupBy(others.flat(), bucketOf)
  return items.flatMap((bucket, index) => {
    const also = more.get(index)
    return also === undefined ? bucket : [...also, ...bucket].sort(bySubject)
  })
}

function bySubject(a: Finding, b: Finding): number {
  return compareNatural(a.subject, b.subject)
}

function nodeFindings({ now, keyBesideData, recoveryKitOnDisk, authorityEnds }: Facts): Finding[] {
  const found: Finding[] = []
  if (keyBesideData) {
    const remedy =
      'Who takes the disk can read it. Move the key file to another disk, or make it a systemd credential, and name its path in the environment: BLACKSTART_PASSWORD_FILE.'
    found.push({ code: 'key-beside-data', severity: 'medium', subject: 'node', facts: {}, remedy })
  }
  if (recoveryKitOnDisk) {
    const remedy = 'Print recovery-kit.txt, put it in a safe, and delete the file.'
    found.push({ code: 'recovery-kit-on-disk', severity: 'high', subject: 'node', facts: {}, remedy })
  }
  const left = authorityEnds === null ? Number.POSITIVE_INFINITY : now.until(authorityEnds).total('days')
  if (authorityEnds !== null && left < 730) {
    const remedy =
      'Run "blackstart authority renew", and install what it prints on the machines that look at the pages. What they have goes on until it ends.'
    const facts = { ends: authorityEnds.toString() }
    found.push({ code: 'authority-ends', severity: left < 90 ? 'high' : 'medium', subject: 'node', facts, remedy })
  }
  return found
}

import type { Verdict } from '../../policy/verdict/process-verdict.ts'
import type { Judged, SiteNode } from '../site-node.ts'
import type { Notice } from './notice.ts'

const grave: Readonly<Record<Verdict, number>> = { PROVEN: 0, UNPROVEN: 1, FAIL: 2 }

/** What is news in a judgement: a verdict that changed, an item that became too old. */
export class JudgementNotices {
  #verdicts: ReadonlyMap<string, Verdict>
  #stale: ReadonlySet<string>
  #refused: string | null = null

  constructor(judged: Judged) {
    this.#verdicts = verdictsOf(judged)
    this.#stale = staleOf(judged)
  }

  of(judged: Judged): readonly Notice[] {
    const before = { verdicts: this.#verdicts, stale: this.#stale }
    this.#verdicts = verdictsOf(judged)
    this.#stale = staleOf(judged)
    const time = judged.facts.now.toString()
    const verdicts = judged.judgement.processes.flatMap(({ id, verdict, reasons, class: cls }) => {
      const was = before.verdicts.get(id)
      if (was === undefined || was === verdict) return []
      const notice: Notice = {
        ...{ id: `verdict:${id}:${verdict}:${time}`, kind: 'verdict', time, subject: id, zone: null, class: cls },
        severity: grave[verdict] > grave[was] ? 'warning' : 'notice',
        title: `${id} is ${verdict}; it was ${was}.`,
        body: reasons.join('\n'),
        facts: { verdict, before: was },
      }
      return [notice]
    })
    const stale = judged.judgement.items.flatMap(({ item, asset, class: cls, lastConfirmed }) => {
      if (!this.#stale.has(item) || before.stale.has(item)) return []
      const zone = judged.site.assets.find(({ id }) => id === asset)?.zone ?? null
      const notice: Notice = {
        ...{
          id: `stale:${item}:${lastConfirmed ?? ''}`,
          kind: 'stale',
          severity: 'warning',
          time,
          subject: item,
          zone,
        },
        ...{ class: cls, title: `${item} was not read within its limit.`, body: null },
        facts: { lastRead: lastConfirmed?.toString() ?? null },
      }
      return [notice]
    })
    return [...verdicts, ...stale]
  }

  site(node: SiteNode): readonly Notice[] {
    const { refused, etag } = node.site()
    const now = refused === null ? null : `${refused.since}`
    const isNews = now !== null && now !== this.#refused
    this.#refused = now
    if (refused === null || !isNews) return []
    const [first] = refused.problems
    const where = first === undefined ? '' : `Line ${first.line}: ${first.message}`
    return [
      {
        ...common(node, `site-invalid:${now}`),
        ...{ kind: 'site-invalid', severity: 'error', body: where, facts: { problems: refused.problems.length, etag } },
        title: 'site.yaml has errors: the one before stays in force.',
      },
    ]
  }

  broken(node: SiteNode, message: string): Notice {
    const id = `integrity:${node.now().toISOString()}`
    return { ...common(node, id), kind: 'integrity', severity: 'alert', title: message, body: null, facts: {} }
  }

  started(node: SiteNode): Notice {
    const title = `The site node of ${node.site().site.name} has started.`
    return { ...common(node, `started:${node.started}`), kind: 'node', severity: 'info', title, body: null, facts: {} }
  }
}

function common(node: SiteNode, id: string) {
  return { id, time: node.now().toISOString(), subject: null, zone: null, class: null }
}

function verdictsOf({ judgement }: Judged): ReadonlyMap<string, Verdict> {
  return new Map(judgement.processes.map(({ id, verdict }) => [id, verdict]))
}

/** What was never read is no item that became too old. */
function staleOf({ judgement }: Judged): ReadonlySet<string> {
  const stale = judgement.items.filter(({ fresh, lastConfirmed }) => !fresh && lastConfirmed !== null)
  return new Set(stale.map(({ item }) => item))
}

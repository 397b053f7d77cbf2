import { BlackstartError } from '../../errors.ts'
import { durationText, readAnswer } from '../../policy/interview/answer.ts'
import { contradictionOf, isAsStated, withAnswer } from '../../policy/interview/apply-answers.ts'
import { interviewQuestions, type Question } from '../../policy/interview/questions.ts'
import { indexSite, type SiteIndex } from '../../policy/site-index.ts'
import { dataKindOf } from '../../site/data-kind.ts'
import { milliseconds } from '../../site/duration.ts'
import { quote } from '../../site/problem.ts'
import type { Process, Site } from '../../site/site.ts'
import { processNamed } from '../site-answers.ts'
import type { SiteInForce } from '../site-node.ts'
import type { SiteThread } from '../site-thread/site-thread.ts'
import type { Proposed } from '../site-thread/site-work.ts'

/** Assets that a question names. */
const mostNamed = 4

const indexes = new WeakMap<Site, SiteIndex>()

/** Made once for a site. */
function indexOf(site: Site): SiteIndex {
  const known = indexes.get(site) ?? indexSite(site)
  indexes.set(site, known)
  return known
}

/** The questions for one process, with what the site file in force says now. Throws `not-found`. */
export function interviewView({ site, etag }: SiteInForce, id: string) {
  const process = processNamed(site, id)
  return { process: id, name: process.name, etag, questions: questionsOf(indexOf(site), process) }
}

function questionsOf(index: SiteIndex, process: Process) {
  return interviewQuestions(index, process).map(question => {
    const { id, text, help, consequence, current, mostDays } = question
    return {
      ...{ id, text, help, consequence, mostDays, about: aboutOf(index, process, question) },
      current: current === null ? null : { text: durationText(current), span: milliseconds(current) },
    }
  })
}

/** What a question names, for pages that ask it in another language: the first assets, and how many there are. */
function aboutOf(index: SiteIndex, process: Process, { path: [key, kind] }: Question) {
  if (key !== 'mtdl' && kind !== 'perLostHour') return null
  const items = index.needsOf.get(process.id)?.items ?? []
  const own = key === 'mtdl' ? items.filter(({ item }) => dataKindOf(item) === kind) : items
  const assets = [...Map.groupBy(own, ({ asset }) => asset)]
  return {
    total: assets.length,
    assets: assets.slice(0, mostNamed).map(([{ id, name }, of]) => ({
      ...{ id, name, kinds: [...new Set(of.map(({ item }) => item.kind))] },
    })),
  }
}

export interface GivenAnswers {
  /** By the id of their question, as people say them; an empty one keeps what is there. */
  readonly answers: Readonly<Record<string, string>>
  /** Also make the text of the site file that would hold them. */
  readonly propose: boolean
}

/**
 * What is wrong with answers, what follows from them, and the text that would hold them. They are taken together: which of
 * them is typed first is no matter. Writes nothing. Throws `not-found`; `usage` for an answer to what was not asked; `refused` where
 * the file on the disk is not the one in force, or cannot be changed safely.
 */
export async function answerInterview(
  { inForce, thread }: { readonly inForce: SiteInForce; readonly thread: SiteThread },
  id: string,
  { answers, propose }: GivenAnswers,
  signal: AbortSignal,
) {
  const { site, etag } = inForce
  const index = indexOf(site)
  const before = processNamed(site, id)
  const { process, wrong, changed } = taken(index, before, answers)
  const contradiction = contradictionOf(process)
  const common = { ...{ process: id, name: before.name, etag, wrong, contradiction }, changed: [...changed.keys()] }
  const isSound = wrong.length === 0 && contradiction === null && changed.size > 0
  return {
    ...common,
    questions: questionsOf(index, process),
    proposal: propose && isSound ? await thread.ask('propose', proposed(inForce, id, changed), signal) : null,
  }
}

function taken(index: SiteIndex, before: Process, answers: Readonly<Record<string, string>>) {
  const questions = new Map(interviewQuestions(index, before).map(question => [question.id, question]))
  const wrong: { id: string; reason: string }[] = []
  const changed = new Map<string, string>()
  let process = before
  for (const [id, given] of Object.entries(answers)) {
    const question = questions.get(id)
    if (question === undefined) {
      const known = [...questions.keys()].join(', ')
      throw new BlackstartError('usage', `There is no question ${quote(id)} about ${before.id}. Questions: ${known}.`)
    }
    const answer = readAnswer(given, question.mostDays)
    if (answer.kind === 'wrong') wrong.push({ id, reason: answer.reason })
    if (answer.kind !== 'duration' || isAsStated(question, answer.duration)) continue
    process = withAnswer(process, question, answer.duration)
    changed.set(id, answer.text)
  }
  return { process, wrong, changed }
}

function proposed({ text, refused }: SiteInForce, process: string, changed: ReadonlyMap<string, string>): Proposed {
  if (refused === null) return { text, process, changed }
  throw new BlackstartError(
    'refused',
    'The site file on the disk has errors and is not in force. Mend it first, in the settings: what is in it would be lost.',
  )
}

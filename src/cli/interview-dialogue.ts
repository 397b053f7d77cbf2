import { answerAllowed, readAnswer } from '../policy/interview/answer.ts'
import { contradictionOf, isAsStated, withAnswer } from '../policy/interview/apply-answers.ts'
import { consequenceText } from '../policy/interview/consequence.ts'
import { currentText, interviewQuestions, type Question } from '../policy/interview/questions.ts'
import type { SiteIndex } from '../policy/site-index.ts'
import type { Process } from '../site/site.ts'
import type { AnswerSource } from './answer-source.ts'
import type { Invocation } from './invocation.ts'
import { wrap } from './wrap.ts'

const indent = '     '
const width = Math.min(100, process.stderr.columns ?? 100)

/** The answers by the id of their question, as the file may say them: those that differ from what it says. Throws `usage`. */
export async function askAll(
  { out, signal }: Pick<Invocation, 'out' | 'signal'>,
  index: SiteIndex,
  process: Process,
  source: AnswerSource,
): Promise<Map<string, string>> {
  const show = (text: string) => {
    if (source.shown) out.line(text)
  }
  const answers = new Map<string, string>()
  const count = interviewQuestions(index, process).length
  show(opening(process, count))
  let now = process
  for (let at = 0; at < count; at += 1) {
    const question = interviewQuestions(index, now)[at]
    if (question === undefined) break
    show(questionText(question, `${at + 1}/${count}`, source.terminal))
    const answer = await askOne(now, question, source, show, signal)
    if (answer === null) continue
    now = withAnswer(now, question, answer.duration)
    if (question.path[0] === 'mtdl') show(shown(consequenceText(now, answer.duration)))
    if (!isAsStated(question, answer.duration)) answers.set(question.id, answer.text)
  }
  source.end()
  return answers
}

function opening(process: Process, count: number): string {
  const text = `${count} questions about ${process.name ?? process.id}. Answer with ${answerAllowed}. An empty answer keeps what is there, or leaves it open.`
  return wrap(text, width, '')
}

function questionText(question: Question, number: string, terminal: boolean): string {
  const current = currentText(question)
  const now = terminal || current === null ? '' : ` (now ${current})`
  const { text, help, consequence } = question
  const told = consequence === null ? help : `${help} ${consequence}`
  return `\n${wrap(`${number}  ${text}${now}`, width, indent)}\n${shown(told)}`
}

function shown(text: string): string {
  return wrap(`${indent}${text}`, width, indent)
}

interface Given {
  readonly text: string
  readonly duration: Temporal.Duration
}

/** Asks until the answer is one; null where it stays open. */
async function askOne(
  process: Process,
  question: Question,
  source: AnswerSource,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<Given | null> {
  const current = currentText(question)
  const prompt = `${indent}${question.id}${current === null ? '' : ` [${current}]`}: `
  for (;;) {
    const given = await source.next(question.id, prompt, signal)
    const answer = given === null ? null : readAnswer(given, question.mostDays)
    if (answer === null || answer.kind === 'unknown') return null
    const wrong = answer.kind === 'wrong' ? answer.reason : contradiction(process, question, answer)
    if (wrong === null && answer.kind === 'duration') return answer
    source.refuse(`${question.id}: ${wrong}`)
    tell(shown(`Not so: ${wrong}.`))
  }
}

function contradiction(process: Process, question: Question, { duration }: Given): string | null {
  return contradictionOf(withAnswer(process, question, duration))
}

import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { BlackstartError, reasonOf } from '../errors.ts'
import { quote } from '../site/problem.ts'
import { readSiteTree } from '../site/site-tree.ts'
import { createSuggest } from '../site/suggest.ts'
import { ask } from './ask.ts'

/** Where answers come from: a person at the terminal, lines of standard input, or a file. */
export interface AnswerSource extends AsyncDisposable {
  /** Somebody sits there and can be asked anything. */
  readonly terminal: boolean
  /** Whether the questions are worth showing. */
  readonly shown: boolean
  /** Null where there is no answer, and none will come. Throws `interrupted` at Ctrl-C. */
  next(id: string, prompt: string, signal: AbortSignal): Promise<string | null>
  /** The last answer was none; the next call asks again. */
  refuse(reason: string): void
  /** Throws `usage` where answers were refused that nobody could repeat. */
  end(): void
}

/** `ids`: of the questions, which a file may answer. Throws `usage` where the file is wrong, `not-found` where there is none. */
export async function answerSource(file: string | undefined, ids: readonly string[]): Promise<AnswerSource> {
  if (file !== undefined) return fileSource(file, await answersIn(file, ids))
  return process.stdin.isTTY === true ? terminalSource() : inputSource()
}

const nothing = () => undefined

function terminalSource(): AnswerSource {
  return {
    terminal: true,
    shown: true,
    next: (_id, prompt, signal) => ask(prompt, { hidden: false }, signal),
    refuse: nothing,
    end: nothing,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** One line an answer, in the order of the questions; a refused one is repeated by the line after it. */
function inputSource(): AnswerSource {
  const input = createInterface({ input: process.stdin })
  const lines = input[Symbol.asyncIterator]()
  let open: string | null = null
  return {
    terminal: false,
    shown: true,
    async next(_id, _prompt, signal) {
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      })
      signal.throwIfAborted()
      const line = await Promise.race([lines.next(), aborted])
      if (line.done === true) return null
      open = null
      return line.value
    },
    refuse: reason => {
      open = reason
    },
    end() {
      if (open !== null) throw new BlackstartError('usage', `${open}. Nothing was written.`)
    },
    [Symbol.asyncDispose]: async () => input.close(),
  }
}

function fileSource(file: string, answers: ReadonlyMap<string, string>): AnswerSource {
  const left = new Map(answers)
  const refused: string[] = []
  return {
    terminal: false,
    shown: false,
    async next(id) {
      const answer = left.get(id) ?? null
      left.delete(id)
      return answer
    },
    refuse: reason => void refused.push(reason),
    end() {
      if (refused.length > 0) throw new BlackstartError('usage', `${file}: ${refused.join('; ')}. Nothing was written.`)
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

async function answersIn(file: string, ids: readonly string[]): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new BlackstartError('not-found', `The answers in ${file} cannot be read: ${reasonOf(error)}.`, {
      cause: error,
    })
  })
  const { value, problems } = readSiteTree(text)
  const [problem] = problems
  if (problem !== undefined || typeof value !== 'object' || value === null || Array.isArray(value)) {
    const where = problem === undefined ? '' : `:${problem.line}: ${problem.message}`
    throw new BlackstartError('usage', `${file}${where} is not a list of lines such as "mtd: 4h".`)
  }
  const answers = Object.entries(value)
  const strange = answers.filter(([id]) => !ids.includes(id)).map(([id]) => strangeText(id, ids))
  if (strange.length > 0)
    throw new BlackstartError('usage', `${file}: ${strange.join('; ')}. Questions: ${ids.join(', ')}.`)
  const nested = answers.find(([, answer]) => answer !== null && typeof answer !== 'string')
  if (nested !== undefined) throw new BlackstartError('usage', `${file}: ${nested[0]} is not one duration such as 4h.`)
  return new Map(answers.map(([id, answer]) => [id, typeof answer === 'string' ? answer : '']))
}

function strangeText(id: string, ids: readonly string[]): string {
  const near = createSuggest()(id, ids)
  return `there is no question ${quote(id)}${near === null ? '' : `, did you mean ${quote(near)}?`}`
}

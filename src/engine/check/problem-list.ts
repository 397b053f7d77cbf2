import type { Backend } from '../../storage/backend.ts'
import { type Problem, problemOf } from './problem.ts'

/** A repository whose index is lost has as many problems as files. */
const mostListed = 10_000

/** Problems, each once. */
export class ProblemList {
  readonly #backend: Backend
  readonly #listed = new Map<string, Problem>()
  /** Beyond those that are listed; some may be counted twice. */
  unlisted = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  /** Throws what is no error of ours. */
  readonly report = (error: unknown): void => this.tell(problemOf(this.#backend, error))

  tell(problem: Problem): void {
    if (this.#listed.has(problem.message)) return
    if (this.#listed.size < mostListed) this.#listed.set(problem.message, problem)
    else this.unlisted += 1
  }

  get all(): readonly Problem[] {
    return [...this.#listed.values()]
  }
}

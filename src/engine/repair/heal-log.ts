import type { Backend, FileKind } from '../../storage/backend.ts'
import { layoutPath } from '../../storage/layout.ts'
import { keepAside } from './keep-aside.ts'

export interface Healed {
  readonly kind: FileKind
  readonly file: string
  /** To end the sentence "it was …". */
  readonly how: string
}

/** In the copy alone: removed here on purpose, or lost. */
export interface AbsentFile {
  readonly kind: 'snapshot' | 'key'
  readonly name: string
}

/** What a repair out of a copy has done. */
export class HealLog {
  readonly #backend: Backend
  readonly #keepIn: string | null
  readonly healedFiles: Healed[] = []
  readonly absentFiles: AbsentFile[] = []

  /** Damaged files are kept in a folder of this machine, where one is given. */
  constructor(backend: Backend, keepIn: string | null) {
    this.#backend = backend
    this.#keepIn = keepIn
  }

  healed(kind: FileKind, name: string, how: string): void {
    this.healedFiles.push({ kind, file: layoutPath(kind, name), how })
  }

  absent(kind: AbsentFile['kind'], name: string): void {
    this.absentFiles.push({ kind, name })
  }

  /** To be called before a damaged file is replaced or removed. */
  async aside(kind: FileKind, name: string, signal: AbortSignal): Promise<void> {
    if (this.#keepIn !== null) await keepAside(this.#backend, kind, name, this.#keepIn, signal)
  }
}

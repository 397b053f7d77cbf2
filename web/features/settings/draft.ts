import type { DiskText } from './site-requests.ts'

/** What a person has made of site.yaml, and not saved. */
export interface Draft {
  readonly text: string
  /** What the disk held when it was begun. */
  readonly base: DiskText
  /** The item that comes next once it is saved; null for none. */
  readonly next: string | null
}

const prefix = 'blackstart.site-draft '

/** Kept for this person until it is saved or discarded, as long as the window is open. A site has its own storage, by its address. */
export function keepDraft(person: string, draft: Draft): void {
  try {
    sessionStorage.setItem(prefix + person, JSON.stringify(draft))
  } catch (error) {
    // larger than the browser keeps: leaving the editor asks, and an older one must not come back instead
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error
    dropDraft(person)
  }
}

export function heldDraft(person: string): Draft | null {
  const held = sessionStorage.getItem(prefix + person)
  return held === null ? null : (JSON.parse(held) as Draft)
}

export function dropDraft(person: string): void {
  sessionStorage.removeItem(prefix + person)
}

/** The first line in which a text is not what another is; from 1. */
export function firstChangedLine(text: string, before: string): number {
  const known = before.split('\n')
  const at = text.split('\n').findIndex((line, index) => line !== known[index])
  return at < 0 ? 1 : at + 1
}

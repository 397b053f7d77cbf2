const key = 'blackstart.site-draft'

/** A text that another page has prepared for the editor; taken once. */
export function keepDraft(text: string): void {
  sessionStorage.setItem(key, text)
}

export function takeDraft(): string | null {
  const text = sessionStorage.getItem(key)
  sessionStorage.removeItem(key)
  return text
}

/** The first line in which a text is not what another is; from 1. */
export function firstChangedLine(text: string, before: string): number {
  const known = before.split('\n')
  const at = text.split('\n').findIndex((line, index) => line !== known[index])
  return at < 0 ? 1 : at + 1
}

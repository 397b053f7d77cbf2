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

import type { KeyboardEvent } from 'react'

const steps: Readonly<Record<string, number>> = {
  ...{ ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 },
  ...{ Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY },
}
/** Milliseconds in which a row that was out of sight must appear. */
const patience = 3_000

/** From the link or button of a row, the keys of a list lead to the same one of another row. Those that do not exist yet are made by `scrollTo`. */
export function rowKeys(count: number, scrollTo: (index: number) => void) {
  return (event: KeyboardEvent<HTMLElement>): void => {
    const step = steps[event.key]
    const from = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('tr[data-index]') : null
    if (step === undefined || from === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const place = focusable(from).indexOf(event.target as HTMLElement)
    const next = Math.min(Math.max(Number(from.dataset.index) + step, 0), count - 1)
    scrollTo(next)
    focusRow(event.currentTarget, next, place, performance.now() + patience)
  }
}

function focusRow(body: HTMLElement, index: number, place: number, until: number): void {
  const row = body.querySelector<HTMLElement>(`tr[data-index="${index}"]`)
  if (row === null) {
    if (performance.now() < until) requestAnimationFrame(() => focusRow(body, index, place, until))
    return
  }
  const all = focusable(row)
  const found = all[Math.min(place, all.length - 1)]
  found?.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}

function focusable(row: HTMLElement): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('a[href], button:enabled')]
}

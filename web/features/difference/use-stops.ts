import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Milliseconds in which the page still moves by itself after a step. */
const settling = 600
/** Pixels that are no manual scrolling. */
const slack = 6

interface Place {
  /** Pixels from the page's top to where each change is, and how much of the window's top is covered. */
  readonly tops: () => readonly number[]
  readonly covered: number
  readonly scrollTo: (stop: number) => void
}

/** The last change that begins at or above a height; the first one before any. */
export function stopAt(tops: readonly number[], height: number): number {
  return Math.max(
    0,
    tops.findLastIndex(top => top <= height + slack),
  )
}

/** At which of the changes the reader is: where they stepped to, or scrolled to by hand. It stays when the layout changes. */
export function useStops(count: number, layout: string, { tops, covered, scrollTo }: Place) {
  const [current, setCurrent] = useState(0)
  const stepped = useRef({ time: 0, scroll: 0 })
  const place = useRef(tops)
  place.current = tops
  useEffect(() => {
    function scrolled(): void {
      const last = stepped.current
      if (Date.now() - last.time < settling) last.scroll = scrollY
      // what lies at the end of the page cannot be scrolled to its top, and stays the current one
      else if (Math.abs(scrollY - last.scroll) > slack) setCurrent(stopAt(place.current(), scrollY + covered))
    }
    addEventListener('scroll', scrolled, { passive: true })
    return () => removeEventListener('scroll', scrolled)
  }, [covered])
  const drawn = useRef(layout)
  useLayoutEffect(() => {
    if (drawn.current === layout) return
    drawn.current = layout
    // the rows have other heights now: what the page moves by is not the reader
    stepped.current = { time: Date.now(), scroll: scrollY }
    if (current > 0) scrollTo(current)
  }, [current, layout, scrollTo])
  const step = useCallback(
    (by: 1 | -1) => {
      if (count === 0) return
      const next = Math.min(Math.max(current + by, 0), count - 1)
      stepped.current = { time: Date.now(), scroll: scrollY }
      setCurrent(next)
      scrollTo(next)
    },
    [count, current, scrollTo],
  )
  return { current: Math.min(current, Math.max(0, count - 1)), step }
}

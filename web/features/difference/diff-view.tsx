import { i18n } from '@lingui/core'
import { iconChevronDown, iconChevronUp } from '@siemens/ix-icons/icons'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Change } from '../../../src/api/schema/version.ts'
import { Button } from '../../components/button.tsx'
import { useNarrow } from '../../components/use-narrow.ts'
import { RowOfDiff } from './diff-row.tsx'
import { diffRows, type Layout } from './diff-rows.ts'
import { useStops } from './use-stops.ts'
import './difference.css'

interface Props {
  readonly changes: readonly Change[]
  readonly format: string | null
  /** Below the file's name: how to see the whole file … */
  readonly fileActions?: (change: Change) => ReactNode
  readonly tools?: ReactNode
}

const layoutKey = 'blackstart.difference'
/** Pixels of the window's top that the bar and the tools cover. */
const covered = 110

/** Differences of any length: side by side or one below the other, from change to change with `n` and `p`. */
export function DiffView({ changes, format, fileActions, tools }: Props) {
  const [chosen, setLayout] = useState<Layout>(() =>
    localStorage.getItem(layoutKey) === 'unified' ? 'unified' : 'split',
  )
  const narrow = useNarrow()
  const layout = narrow ? 'unified' : chosen
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => new Set())
  const rows = useMemo(() => diffRows(changes, layout, folded), [changes, layout, folded])
  const frame = useRef<HTMLDivElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  useLayoutEffect(() => {
    setScrollMargin(Math.round((frame.current?.getBoundingClientRect().top ?? 0) + scrollY))
  }, [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: index => (rows[index]?.type === 'pair' ? 20 : 44),
    overscan: 30,
    scrollMargin,
    scrollPaddingStart: covered,
  })
  const choose = useCallback((next: Layout) => {
    localStorage.setItem(layoutKey, next)
    setLayout(next)
  }, [])
  const stops = useMemo(() => rows.flatMap((row, index) => ('stop' in row && row.stop !== null ? [index] : [])), [rows])
  const { current, step } = useStops(stops.length, layout, {
    tops: () => stops.map(row => virtual.measurementsCache[row]?.start ?? 0),
    covered,
    scrollTo: stop => virtual.scrollToIndex(stops[stop] ?? 0, { align: 'start' }),
  })
  useKeys(step, () => choose(layout === 'split' ? 'unified' : 'split'))
  const fold = (path: string) =>
    setFolded(before => {
      const next = new Set(before)
      if (!next.delete(path)) next.add(path)
      return next
    })
  const [before, after] = [i18n.t('Previous change'), i18n.t('Next change')]
  return (
    <section className="card diff" aria-label={i18n.t('Difference')}>
      <div className="diff-tools">
        {tools}
        <span className="buttons">
          <span className="soft small num" role="status">
            {i18n.t('change {current} of {count}', { current: current + 1, count: stops.length })}
          </span>
          <Button small icon={iconChevronUp} onClick={() => step(-1)} title="p" aria-label={before}>
            {narrow ? undefined : before}
          </Button>
          <Button small icon={iconChevronDown} onClick={() => step(1)} title="n" aria-label={after}>
            {narrow ? undefined : after}
          </Button>
          {!narrow && (
            <>
              <Button small aria-pressed={layout === 'split'} onClick={() => choose('split')}>
                {i18n.t('Side by side')}
              </Button>
              <Button small aria-pressed={layout === 'unified'} onClick={() => choose('unified')}>
                {i18n.t('One below the other')}
              </Button>
            </>
          )}
        </span>
      </div>
      <div ref={frame} className={`diff-rows ${layout}`} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <div
              key={key}
              className={index === stops[current] ? 'diff-place current' : 'diff-place'}
              data-index={index}
              ref={virtual.measureElement}
              style={{ transform: `translateY(${start - scrollMargin}px)` }}
            >
              <RowOfDiff row={row} path={pathAt(rows, index)} {...{ layout, format, folded, fold, fileActions }} />
            </div>
          )
        })}
      </div>
    </section>
  )
}

/** Of which file the row is. */
function pathAt(rows: ReturnType<typeof diffRows>, index: number): string {
  for (let at = index; at >= 0; at -= 1) {
    const row = rows[at]
    if (row?.type === 'file') return row.change.path
  }
  return ''
}

function useKeys(step: (by: 1 | -1) => void, turn: () => void): void {
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      const { target } = event
      const types = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
      if (types || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
      if (event.key === 'n') step(1)
      if (event.key === 'p') step(-1)
      if (event.key === 'v') turn()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [step, turn])
}

import { i18n } from '@lingui/core'
import { iconChevronDownSmall, iconChevronUpSmall } from '@siemens/ix-icons/icons'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Icon } from './icon.tsx'
import { rowKeys } from './row-keys.ts'

export interface Column<Row> {
  readonly id: string
  readonly label: string
  /** What the cells show needs no label for the eye. */
  readonly hidesLabel?: boolean
  readonly cell: (row: Row) => ReactNode
  /** The node's word for sorting by it; absent where it cannot. */
  readonly sort?: string
  readonly className?: string
}

interface Props<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Of all rows, loaded or not; null where nobody knows. */
  readonly total: number | null
  readonly sort?: string
  readonly onSort?: (sort: string) => void
  /** The end of what is loaded is near. */
  readonly onEnd?: () => void
}

const rowHeight = 45

/** A table of any length: only the rows near the window exist. */
export function VirtualTable<Row>({ label, columns, rows, keyOf, total, sort, onSort, onEnd }: Props<Row>) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin,
    getItemKey: index => keyOf(rows[index] as Row),
  })
  const shown = virtual.getVirtualItems()
  const [first, last] = [shown[0], shown.at(-1)]
  const before = first === undefined ? 0 : first.start - scrollMargin
  const after = last === undefined ? 0 : virtual.getTotalSize() - (last.end - scrollMargin)
  // what stands above it grows and shrinks
  useLayoutEffect(() => {
    const measure = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0
      setScrollMargin(Math.round(top + scrollY))
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(document.body)
    return () => watch.disconnect()
  }, [])
  const nearEnd = last !== undefined && last.index >= rows.length - 30
  useEffect(() => {
    if (nearEnd && rows.length > 0) onEnd?.()
  }, [nearEnd, rows.length, onEnd])
  return (
    <table className="grid virtual" aria-label={label} aria-rowcount={total === null ? -1 : total + 1}>
      <thead>
        <tr>
          {columns.map(column => (
            <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={rowKeys(rows.length, index => virtual.scrollToIndex(index))}>
        <Spacer height={before} span={columns.length} />
        {shown.map(({ index, key }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <tr key={key} data-index={index} ref={virtual.measureElement} aria-rowindex={index + 2}>
              {columns.map(({ id, label: name, cell, className, hidesLabel = false }) => (
                <td key={id} className={className} data-label={hidesLabel ? undefined : name}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          )
        })}
        <Spacer height={after} span={columns.length} />
      </tbody>
    </table>
  )
}

function Spacer({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
    <tr aria-hidden="true" className="spacer">
      <td colSpan={span} style={{ height }} />
    </tr>
  )
}

interface HeadProps<Row> {
  readonly column: Column<Row>
  readonly sort: string | undefined
  readonly onSort: ((sort: string) => void) | undefined
}

function HeadCell<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { label, sort: word, className, hidesLabel = false } = column
  if (word === undefined || onSort === undefined) {
    return (
      <th scope="col" className={className}>
        {hidesLabel ? <span className="hidden-text">{label}</span> : label}
      </th>
    )
  }
  const up = sort === word
  const down = sort === `-${word}`
  return (
    <th scope="col" className={className} aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}>
      <button className="sort" type="button" title={i18n.t('Sort')} onClick={() => onSort(up ? `-${word}` : word)}>
        {label}
        {(up || down) && <Icon of={up ? iconChevronUpSmall : iconChevronDownSmall} />}
      </button>
    </th>
  )
}

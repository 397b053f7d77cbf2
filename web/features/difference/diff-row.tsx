import { i18n } from '@lingui/core'
import { iconChevronDownSmall, iconChevronRightSmall } from '@siemens/ix-icons/icons'
import type { ReactNode } from 'react'
import type { Change } from '../../../src/api/schema/version.ts'
import { Icon } from '../../components/icon.tsx'
import { Name } from '../../components/name.tsx'
import { formatBytes } from '../../text/format-bytes.ts'
import { toldDifference } from '../../text/told.ts'
import { CodeLine } from './code-line.tsx'
import { languageOf } from './colour-line.ts'
import type { DiffRow, Layout, Side } from './diff-rows.ts'

interface Props {
  readonly row: DiffRow
  readonly path: string
  readonly layout: Layout
  readonly format: string | null
  readonly folded: ReadonlySet<string>
  readonly fold: (path: string) => void
  readonly fileActions: ((change: Change) => ReactNode) | undefined
}

export function RowOfDiff({ row, path, layout, format, folded, fold, fileActions }: Props) {
  switch (row.type) {
    case 'file':
      return <FileRow change={row.change} folded={folded.has(path)} fold={() => fold(path)} actions={fileActions} />
    case 'hunk':
      return row.hidden && row.heading === null ? null : (
        <div className="diff-hunk">
          <span aria-hidden="true">⋯</span> {row.heading !== null && <Name>{row.heading}</Name>}
        </div>
      )
    case 'pair':
      return <Pair row={row} layout={layout} path={path} format={format} />
    case 'binary':
      return <BinaryRow change={row.change} />
    case 'volatile':
      return (
        <details className="diff-volatile">
          <summary>
            {i18n.t('{count, plural, one {# place changes by itself} other {# places change by themselves}}', {
              count: row.change.volatile?.length ?? 0,
            })}
          </summary>
          <ul>
            {row.change.volatile?.map(what => (
              <li key={what}>
                <Name>{what}</Name>
              </li>
            ))}
          </ul>
        </details>
      )
  }
}

function FileRow({
  change,
  folded,
  fold,
  actions,
}: {
  change: Change
  folded: boolean
  fold: () => void
  actions: Props['fileActions']
}) {
  const { path, kind, what, facts = [] } = change
  return (
    <div className="diff-file">
      <button type="button" className="diff-fold" aria-expanded={!folded} onClick={fold}>
        <Icon of={folded ? iconChevronRightSmall : iconChevronDownSmall} />
        <code>
          <Name>{path}</Name>
        </code>
        <span className={`change-kind ${kind}`}>{changeWord(kind)}</span>
      </button>
      <span className="diff-what">
        <Name>{toldDifference(what)}</Name>
        {facts.length > 0 && (
          <span className="soft">
            {' · '}
            <Name>{facts.slice(0, 6).map(toldDifference).join(' · ')}</Name>
            {facts.length > 6 && ` · +${facts.length - 6}`}
          </span>
        )}
      </span>
      {actions?.(change)}
    </div>
  )
}

export function changeWord(kind: Change['kind']): string {
  return {
    added: i18n.t('added'),
    removed: i18n.t('removed'),
    moved: i18n.t('moved'),
    type: i18n.t('other type'),
    text: i18n.t('changed'),
    binary: i18n.t('binary'),
    layout: i18n.t('layout only'),
    volatile: i18n.t('changes by itself'),
    mode: i18n.t('permissions'),
    link: i18n.t('link'),
  }[kind]
}

interface PairProps {
  readonly row: Extract<DiffRow, { type: 'pair' }>
  readonly layout: Layout
  readonly path: string
  readonly format: string | null
}

function Pair({ row, layout, path, format }: PairProps) {
  const { before, after, same } = row
  const language = languageOf(path, format)
  const kind = same ? 'same' : before === null ? 'added' : 'removed'
  if (layout === 'unified') {
    const side = before ?? after
    if (side === null) return null
    return (
      <div className={`diff-line ${kind}`}>
        <span className="diff-number">{before?.number}</span>
        <span className="diff-number">{after?.number}</span>
        <Sign kind={kind} />
        <CodeLine text={side.text} marks={side.marks} language={language} />
      </div>
    )
  }
  return (
    <div className="diff-pair">
      <Half side={before} kind={same ? 'same' : 'removed'} language={language} />
      <Half side={after} kind={same ? 'same' : 'added'} language={language} />
    </div>
  )
}

function Half({ side, kind, language }: { side: Side | null; kind: string; language: ReturnType<typeof languageOf> }) {
  if (side === null) return <div className="diff-line none" />
  return (
    <div className={`diff-line ${kind}`}>
      <span className="diff-number">{side.number}</span>
      <Sign kind={kind} />
      <CodeLine text={side.text} marks={side.marks} language={language} />
    </div>
  )
}

function Sign({ kind }: { kind: string }) {
  const sign = kind === 'added' ? '+' : kind === 'removed' ? '−' : ''
  const word = kind === 'added' ? i18n.t('added:') : kind === 'removed' ? i18n.t('removed:') : ''
  return (
    <span className="diff-sign">
      <span aria-hidden="true">{sign}</span>
      <span className="hidden-text">{word}</span>
    </span>
  )
}

function BinaryRow({ change }: { change: Change }) {
  const { binary } = change
  if (binary === undefined) return null
  const differing = binary.ranges.reduce((sum, { length }) => sum + length, 0)
  return (
    <div className="diff-binary">
      <p>
        {i18n.t(
          'Binary: {before} before, {after} after; {count, plural, one {# byte differs} other {# bytes differ}} in {ranges, plural, one {# place} other {# places}}.',
          {
            before: formatBytes(binary.bytesBefore),
            after: formatBytes(binary.bytesAfter),
            count: differing,
            ranges: binary.ranges.length + binary.more,
          },
        )}
      </p>
      <p className="soft mono">
        {binary.ranges
          .slice(0, 12)
          .map(({ offset, length }) => `0x${offset.toString(16).padStart(6, '0')} +${length}`)
          .join('  ')}
        {binary.ranges.length + binary.more > 12 && ' …'}
      </p>
    </div>
  )
}

import { i18n } from '@lingui/core'
import type { Hunk } from '../../../src/api/schema/version.ts'
import { RowOfDiff } from './diff-row.tsx'
import { diffRows } from './diff-rows.ts'
import './difference.css'

/** Few differences, one below the other, inside something else. */
export function HunkList({ hunks, path = 'site.yaml' }: { hunks: readonly Hunk[]; path?: string }) {
  const rows = diffRows([{ kind: 'text', path, what: '', hunks: [...hunks] }], 'unified', new Set()).slice(1)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className="hunk-list" aria-label={i18n.t('Difference')} tabIndex={0}>
      {rows.slice(0, 4_000).map((row, index) => (
        <RowOfDiff
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a difference never move
          key={index}
          row={row}
          path={path}
          layout="unified"
          format={null}
          folded={new Set()}
          fold={() => undefined}
          fileActions={undefined}
        />
      ))}
    </section>
  )
}

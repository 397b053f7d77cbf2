import { i18n } from '@lingui/core'
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Problem } from '../../../src/api/schema/site.ts'
import { visibleText } from '../../text/visible-text.ts'

export interface EditorHandle {
  /** Both count from 1. */
  jump(line: number, column: number): void
}

interface Props {
  readonly value: string
  readonly readOnly: boolean
  readonly problems: readonly Problem[]
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  readonly ref?: Ref<EditorHandle>
}

const lineHeight = 20

/**
 * The browser's own text field, with line numbers and the marks of what is wrong beside it: undo, search, spelling help
 * and screen readers work as everywhere. Tab leaves it; indenting is Ctrl+] and Ctrl+[.
 */
export function YamlEditor({ value, readOnly, problems, onChange, onSave, ref }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(600)
  const lines = useMemo(() => value.split('\n').length, [value])
  const byLine = useMemo(() => Map.groupBy(problems, ({ line }) => line), [problems])
  useEffect(() => {
    const watched = field.current
    if (watched === null) return
    const watch = new ResizeObserver(() => setHeight(watched.clientHeight))
    watch.observe(watched)
    return () => watch.disconnect()
  }, [])
  const jump = useCallback((line: number, column: number) => {
    const target = field.current
    if (target === null) return
    const rows = target.value.split('\n')
    const start = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0)
    const from = start + column - 1
    const rest = rows[line - 1]?.slice(column - 1) ?? ''
    target.focus()
    target.setSelectionRange(from, from + (/^[^\s,:{}[\]]+/u.exec(rest)?.[0].length ?? 0))
    target.scrollTop = (line - 1) * lineHeight - target.clientHeight / 3
  }, [])
  useImperativeHandle(ref, () => ({ jump }), [jump])
  function press(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (readOnly || (!event.ctrlKey && !event.metaKey)) return
    if (event.key === 's') {
      event.preventDefault()
      onSave()
    } else if (event.key === ']' || event.key === '[') {
      event.preventDefault()
      indent(event.currentTarget, event.key === ']' ? 2 : -2)
      onChange(event.currentTarget.value)
    }
  }
  const first = Math.max(0, Math.floor(top / lineHeight) - 4)
  const last = Math.min(lines, first + Math.ceil(height / lineHeight) + 8)
  return (
    <div className="editor">
      <div className="editor-gutter" aria-hidden="true">
        <div style={{ transform: `translateY(${first * lineHeight - top}px)` }}>
          {Array.from({ length: last - first }, (_, at) => {
            const line = first + at + 1
            const wrong = byLine.get(line)
            const worst = wrong?.some(({ severity }) => severity === 'error') ? 'error' : 'warning'
            return (
              <div
                key={line}
                className={wrong === undefined ? undefined : worst}
                title={wrong?.map(({ message }) => visibleText(message)).join('\n')}
              >
                {wrong === undefined ? '' : worst === 'error' ? '✖ ' : '▲ '}
                {line}
              </div>
            )
          })}
        </div>
      </div>
      <textarea
        ref={field}
        aria-label={i18n.t('The site’s definition, as YAML')}
        aria-invalid={problems.some(({ severity }) => severity === 'error')}
        value={value}
        readOnly={readOnly}
        wrap="off"
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        onChange={event => onChange(event.target.value)}
        onScroll={event => setTop(event.currentTarget.scrollTop)}
        onKeyDown={press}
      />
    </div>
  )
}

/** Moves the selected lines by two columns; the browser's undo takes it back. */
function indent(field: HTMLTextAreaElement, by: 2 | -2): void {
  const { value, selectionStart, selectionEnd } = field
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1
  const end = value.indexOf('\n', selectionEnd)
  const to = end === -1 ? value.length : end
  const moved = value
    .slice(from, to)
    .split('\n')
    .map(line => (by === 2 ? `  ${line}` : line.replace(/^ {1,2}/u, '')))
    .join('\n')
  field.setRangeText(moved, from, to, 'select')
}

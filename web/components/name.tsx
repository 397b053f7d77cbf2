import { visibleText } from '../text/visible-text.ts'

/** What somebody else named: shown as text, its direction kept to itself, what is invisible made visible. */
export function Name({ children }: { children: string }) {
  return <bdi>{visibleText(children)}</bdi>
}

/** One line of it; the whole is reachable as a title. */
export function ClippedName({ children, className = '' }: { children: string; className?: string }) {
  const text = visibleText(children)
  return (
    <span className={`clip ${className}`} title={text}>
      <bdi>{text}</bdi>
    </span>
  )
}

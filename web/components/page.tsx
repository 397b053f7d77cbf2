import { type ReactNode, useEffect } from 'react'

interface Props {
  readonly title: string
  /** Shown instead of the title, where it is more than words. */
  readonly heading?: ReactNode
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, heading, lead, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Blackstart`
  }, [title])
  return (
    <div className="page">
      <header className="page-head">
        <h1>{heading ?? title}</h1>
        {actions}
        {lead !== undefined && <p className="lead">{lead}</p>}
      </header>
      {children}
    </div>
  )
}

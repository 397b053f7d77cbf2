import { Link } from '../routing/link.tsx'

export interface Tab {
  readonly name: string
  readonly label: string
  readonly href: string
}

/** Parts of a page that have addresses of their own. */
export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(tab => (
        <Link key={tab.name} href={tab.href} aria-current={tab.name === current ? 'page' : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}

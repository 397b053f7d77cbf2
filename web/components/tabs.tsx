import { useEffect, useRef } from 'react'
import { Link } from '../routing/link.tsx'

export interface Tab {
  readonly name: string
  readonly label: string
  readonly href: string
}

/** Parts of a page that have addresses of their own. */
export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }) {
  const nav = useRef<HTMLElement>(null)
  const chosen = tabs.findIndex(tab => tab.name === current)
  // on a phone there are more than fit; the page itself stays where it is
  useEffect(() => {
    const strip = nav.current
    const tab = strip?.children[chosen]
    if (strip === null || tab === undefined) return
    const [outer, inner] = [strip.getBoundingClientRect(), tab.getBoundingClientRect()]
    strip.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right)
  }, [chosen])
  return (
    <nav ref={nav} className="tabs" aria-label={label}>
      {tabs.map(tab => (
        <Link key={tab.name} href={tab.href} aria-current={tab.name === current ? 'page' : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}

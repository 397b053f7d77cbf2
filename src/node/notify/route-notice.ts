import type { DigestTime, NoticeClass, NoticeKind, Notify, NotifyRule } from '../../site/notify.ts'
import type { Notice } from './notice.ts'

export interface Route {
  readonly channel: string
  /** Null for at once; else the times of the digests. */
  readonly digest: readonly DigestTime[] | null
}

/** No rule can silence these: they go to every channel at once. */
const forEverybody: readonly NoticeKind[] = ['break-glass', 'integrity']

type Told = Pick<Notice, 'kind' | 'zone' | 'class'>

/**
 * Where a notice goes, each channel once, in the order of the site file. Where rules differ for a channel, at once wins over
 * a digest, and digests are added up.
 */
export function routeNotice(notify: Notify, notice: Told): Route[] {
  if (forEverybody.includes(notice.kind)) return notify.channels.map(({ id }) => ({ channel: id, digest: null }))
  const rules = notify.rules.filter(rule => applies(rule, notice))
  return notify.channels.flatMap(({ id }) => {
    const own = rules.filter(({ to }) => to.includes(id)).map(({ when }) => when)
    if (own.length === 0) return []
    const digest = own.includes('at-once') ? null : own.flatMap(when => (when === 'at-once' ? [] : when.digest))
    return [{ channel: id, digest }]
  })
}

/**
 * A rule that names zones or classes is only for what has one: what happens to the node or the site has none, and needs a
 * rule without. What lies in a zone and has no class counts as medium, as it does for all its other duties.
 */
function applies({ events, zones, classes }: NotifyRule, notice: Told): boolean {
  const cls: NoticeClass | null = notice.class ?? (notice.zone === null ? null : 'medium')
  return (
    (events.length === 0 || events.includes(notice.kind)) &&
    (zones.length === 0 || (notice.zone !== null && zones.includes(notice.zone))) &&
    (classes.length === 0 || (cls !== null && classes.includes(cls)))
  )
}

import { type ComponentType, lazy } from 'react'

export interface RouteProps {
  /** The parts of the path that the pattern leaves open. */
  readonly parts: readonly string[]
}
type Page = ComponentType<RouteProps>

interface Route {
  readonly pattern: RegExp
  readonly page: Page
}

/** Loaded when first visited. */
function page<Name extends string>(name: Name, load: () => Promise<Record<Name, Page>>): Page {
  return lazy<Page>(async () => ({ default: (await load())[name] }))
}

export const routes: readonly Route[] = [
  { pattern: /^\/$/, page: page('OverviewPage', () => import('../features/overview/overview-page.tsx')) },
  { pattern: /^\/map$/, page: page('MapPage', () => import('../features/map/map-page.tsx')) },
  { pattern: /^\/items$/, page: page('ItemsPage', () => import('../features/items/items-page.tsx')) },
  { pattern: /^\/items\/([^/]+)\/([^/]+)$/, page: page('ItemPage', () => import('../features/item/item-page.tsx')) },
  { pattern: /^\/assets\/([^/]+)$/, page: page('AssetPage', () => import('../features/assets/asset-page.tsx')) },
  {
    pattern: /^\/processes\/([^/]+)$/,
    page: page('ProcessPage', () => import('../features/processes/process-page.tsx')),
  },
  { pattern: /^\/activity$/, page: page('ActivityPage', () => import('../features/activity/activity-page.tsx')) },
  { pattern: /^\/storage$/, page: page('StoragePage', () => import('../features/storage/storage-page.tsx')) },
  { pattern: /^\/risk$/, page: page('RiskPage', () => import('../features/risk/risk-page.tsx')) },
  { pattern: /^\/journal$/, page: page('JournalPage', () => import('../features/journal/journal-page.tsx')) },
  { pattern: /^\/settings$/, page: page('SettingsPage', () => import('../features/settings/settings-page.tsx')) },
  { pattern: /^\/people$/, page: page('PeoplePage', () => import('../features/people/people-page.tsx')) },
  { pattern: /^\/account$/, page: page('AccountPage', () => import('../features/account/account-page.tsx')) },
  { pattern: /^\/start$/, page: page('StartPage', () => import('../features/start/start-page.tsx')) },
]

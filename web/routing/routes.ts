import { type RoutePage, routePage } from './route-page.ts'

export interface RouteProps {
  /** The parts of the path that the pattern leaves open. */
  readonly parts: readonly string[]
}

interface Route {
  readonly pattern: RegExp
  readonly page: RoutePage
}

export const routes: readonly Route[] = [
  { pattern: /^\/$/, page: routePage('OverviewPage', () => import('../features/overview/overview-page.tsx')) },
  { pattern: /^\/map$/, page: routePage('MapPage', () => import('../features/map/map-page.tsx')) },
  { pattern: /^\/flows$/, page: routePage('FlowsPage', () => import('../features/flows/flows-page.tsx')) },
  { pattern: /^\/items$/, page: routePage('ItemsPage', () => import('../features/items/items-page.tsx')) },
  {
    pattern: /^\/items\/([^/]+)\/([^/]+)$/,
    page: routePage('ItemPage', () => import('../features/item/item-page.tsx')),
  },
  { pattern: /^\/assets\/([^/]+)$/, page: routePage('AssetPage', () => import('../features/assets/asset-page.tsx')) },
  {
    pattern: /^\/processes\/([^/]+)$/,
    page: routePage('ProcessPage', () => import('../features/processes/process-page.tsx')),
  },
  {
    pattern: /^\/processes\/([^/]+)\/interview$/,
    page: routePage('InterviewPage', () => import('../features/interview/interview-page.tsx')),
  },
  { pattern: /^\/activity$/, page: routePage('ActivityPage', () => import('../features/activity/activity-page.tsx')) },
  { pattern: /^\/storage$/, page: routePage('StoragePage', () => import('../features/storage/storage-page.tsx')) },
  { pattern: /^\/risk$/, page: routePage('RiskPage', () => import('../features/risk/risk-page.tsx')) },
  { pattern: /^\/journal$/, page: routePage('JournalPage', () => import('../features/journal/journal-page.tsx')) },
  { pattern: /^\/settings$/, page: routePage('SettingsPage', () => import('../features/settings/settings-page.tsx')) },
  { pattern: /^\/people$/, page: routePage('PeoplePage', () => import('../features/people/people-page.tsx')) },
  { pattern: /^\/account$/, page: routePage('AccountPage', () => import('../features/account/account-page.tsx')) },
  { pattern: /^\/start$/, page: routePage('StartPage', () => import('../features/start/start-page.tsx')) },
]

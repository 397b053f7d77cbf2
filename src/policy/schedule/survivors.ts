import { milliseconds } from '../../site/duration.ts'
import { listed } from '../../site/problem.ts'
import type { Place, Site } from '../../site/site.ts'
import { type Loss, survives } from '../scenario.ts'

/** Scenarios that leave the same place to rely on: what can be said of one of them holds for all. */
export interface SurvivorGroup {
  /** The surviving place with the shortest lag that is stated, the first in the file where several are; null where there is none. */
  readonly best: { readonly place: Place; readonly lag: number } | null
  /** Surviving places that do not state their lag. */
  readonly unstated: readonly Place[]
  readonly scenarios: readonly Loss[]
}

/** For each of the scenarios, in their order, the group that it belongs to. */
export function survivorGroups(site: Site, scenarios: readonly Loss[]): ReadonlyMap<Loss, SurvivorGroup> {
  const lags = site.places.map(place => ({ place, lag: lagOf(site, place) }))
  const groups = new Map<string, SurvivorGroup & { readonly scenarios: Loss[] }>()
  const found = scenarios.map((loss): [Loss, SurvivorGroup] => {
    const surviving = lags.filter(({ place }) => survives(site, place, loss))
    const unstated = surviving.flatMap(({ place, lag }) => (lag === null ? [place] : []))
    const best = surviving
      .flatMap(({ place, lag }) => (lag === null ? [] : [{ place, lag }]))
      .reduce<SurvivorGroup['best']>((found, one) => (found === null || one.lag < found.lag ? one : found), null)
    const key = JSON.stringify([best?.place.id ?? null, ...unstated.map(({ id }) => id)])
    const group = groups.get(key) ?? { best, unstated, scenarios: [] }
    groups.set(key, group)
    group.scenarios.push(loss)
    return [loss, group]
  })
  return new Map(found)
}

/** Milliseconds; null where it is not stated. A version counts once it was read back in the first place: without a lag. */
function lagOf(site: Site, place: Place): number | null {
  if (place.lag !== null) return milliseconds(place.lag)
  return place === site.places[0] ? 0 : null
}

/** What a place must be to survive all of them: for a sentence. */
export function survivingPlace(scenarios: readonly Loss[]): string {
  const domains = scenarios.flatMap(loss => (loss.kind === 'domain' ? [loss.domain] : []))
  const has = (kind: Loss['kind']) => scenarios.some(loss => loss.kind === kind)
  const words = [
    // what is off site stands on another machine
    ...(has('site') ? ['off site (offsite: true)'] : has('node') ? ['on another machine than the node (machine)'] : []),
    ...(domains.length > 0 ? [`in another credential domain than ${listed(domains)} (domain)`] : []),
  ]
  return words.join(' and ')
}

/** `the loss of a device, of the node, of the credential domain office or of the site`. */
export function lossPhrase(scenarios: readonly Loss[]): string {
  return `the loss ${listed(scenarios.map(lossWord), 'or')}`
}

function lossWord(loss: Loss): string {
  switch (loss.kind) {
    case 'device':
      return 'of the device'
    case 'domain':
      return `of the credential domain ${loss.domain}`
    case 'zone':
      return `of the zone ${loss.zone}`
    default:
      return `of the ${loss.kind}`
  }
}

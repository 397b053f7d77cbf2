import { alternatives } from '../site/problem.ts'
import type { Place, Site } from '../site/site.ts'

/** What is lost at once. The first four are the scenarios that every process is judged by; `zone` is asked for by `whatif`. */
export type Loss =
  | { readonly kind: 'device' }
  | { readonly kind: 'node' }
  /** Whoever took the credentials reaches all that they open, and deletes it. */
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'site' }
  | { readonly kind: 'zone'; readonly zone: string }

/** The scenarios of REQUIREMENTS.md (schedule from MTDL): one for each credential domain that the site names. */
export function scenariosOf(site: Site): readonly Loss[] {
  return [
    { kind: 'device' },
    { kind: 'node' },
    ...domainsOf(site).map(domain => ({ kind: 'domain' as const, domain })),
    { kind: 'site' },
  ]
}

/** Every credential domain of the node, the places and the assets, each once: the node's first, then as the file names them. */
export function domainsOf(site: Site): readonly string[] {
  const assets = site.assets.flatMap(({ domain }) => domain ?? [])
  return [...new Set([site.node.domain, ...site.places.map(({ domain }) => domain), ...assets])]
}

/** `device`, `node`, `domain:office`, `zone:cell-a`, `site`: as `whatif --lose` takes them. */
export function lossName(loss: Loss): string {
  if (loss.kind === 'domain') return `domain:${loss.domain}`
  return loss.kind === 'zone' ? `zone:${loss.zone}` : loss.kind
}

/** Whether what lies in the place can still be used. A medium that is not attached outlives its zone, not its premises. */
export function survives(site: Site, place: Place, loss: Loss): boolean {
  switch (loss.kind) {
    case 'device':
      return true
    case 'node':
      return machineOf(place) !== 'node'
    case 'domain':
      return place.domain !== loss.domain
    case 'site':
      return place.offsite
    case 'zone':
      return !place.online || zoneOf(site, place) !== loss.zone
  }
}

/** What holds the place; places of one machine are lost together. Where nothing else is said, the node's own disk holds what is online. */
export function machineOf(place: Place): string {
  return place.machine ?? (place.online && !place.offsite ? 'node' : place.id)
}

export function zoneOf(site: Site, place: Place): string {
  return place.zone ?? site.node.zone
}

/** For a sentence: `if a device fails`, `if zone cell-a is lost`. */
export function lossWords(loss: Loss): string {
  return lossesWords([loss])
}

/** `if the site node is lost, the credential domain office or vault is taken over, or the site is lost`. */
export function lossesWords(losses: readonly Loss[]): string {
  const of = <Kind extends Loss['kind']>(kind: Kind) =>
    losses.filter((loss): loss is Extract<Loss, { kind: Kind }> => loss.kind === kind)
  const domains = of('domain').map(({ domain }) => domain)
  const zones = of('zone').map(({ zone }) => zone)
  const parts = [
    ...(of('device').length > 0 ? ['a device fails'] : []),
    ...(of('node').length > 0 ? ['the site node is lost'] : []),
    ...(zones.length > 0 ? [`zone ${alternatives(zones)} is lost`] : []),
    ...(domains.length > 0 ? [`the credential domain ${alternatives(domains)} is taken over`] : []),
    ...(of('site').length > 0 ? ['the site is lost'] : []),
  ]
  return parts.length < 3 ? `if ${parts.join(' or ')}` : `if ${parts.slice(0, -1).join(', ')}, or ${parts.at(-1)}`
}

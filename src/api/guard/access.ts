import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type ContentUse, contentRight } from '../../node/people/content-right.ts'
import { may, type PersonAction, zonesFor } from '../../node/people/may.ts'
import type { SiteNode } from '../../node/site-node.ts'
import { everywhere, type Sight, sightInto } from '../../node/views/sight.ts'
import { refusal } from '../refusal.ts'
import type { Visitor } from './visitor.ts'

/** Of a request that was not checked yet: the zones that it is about; null where it takes all of them. */
export type ZonesOf = (site: SiteView, request: FastifyRequest) => readonly string[] | null
export interface SiteView {
  /** The zone of an asset; null where there is no such asset, and for the node, whose items are of the whole site. */
  zoneOf(asset: string): string | null
}

/**
 * What a route needs. `open`: nothing · `own`: somebody who is signed in, about themselves; `always`: also while their
 * password is one that somebody else chose · `may`: the right to an action:
 * in the zones that the request is about, in the whole site, or (`some`) in at least one zone, to which the answer is then
 * cut down · `content`: what it takes to look into versions of the item in the address.
 */
export type Access =
  | { readonly kind: 'open' }
  | { readonly kind: 'own'; readonly always?: true }
  | { readonly kind: 'content'; readonly use: ContentUse }
  | { readonly kind: 'may'; readonly action: PersonAction; readonly zones: ZonesOf | 'site' | 'some' }

export const open: Access = { kind: 'open' }
export const own: Access = { kind: 'own' }
/** Changing a temporary password, and signing out. */
export const ownAlways: Access = { kind: 'own', always: true }
export const inSite = (action: PersonAction): Access => ({ kind: 'may', action, zones: 'site' })
export const inSome = (action: PersonAction): Access => ({ kind: 'may', action, zones: 'some' })
/** Of the asset in the address: `:asset`. */
export const ofAsset = (action: PersonAction): Access => ({ kind: 'may', action, zones: zonesOfAsset })
/** Of what versions of the item in the address hold: `:asset/:item`. */
export const ofContent = (use: ContentUse): Access => ({ kind: 'content', use })
/** Of the items that `named` finds in the request. */
export function ofItems(action: PersonAction, named: (request: FastifyRequest) => readonly string[] | null): Access {
  return { kind: 'may', action, zones: (site, request) => zonesOfItems(site, named(request)) }
}

function zonesOfAsset(site: SiteView, { params }: FastifyRequest): readonly string[] | null {
  const asset = params !== null && typeof params === 'object' && 'asset' in params ? params.asset : null
  return zonesOfItems(site, typeof asset === 'string' ? [asset] : null)
}

function zonesOfItems(site: SiteView, items: readonly string[] | null): readonly string[] | null {
  const zones = (items ?? [null]).map(item => (item === null ? null : site.zoneOf(item.split('/')[0] ?? '')))
  const known = new Set(zones.flatMap(zone => zone ?? []))
  // of what the site does not know, only whoever may do it everywhere is told that
  return zones.includes(null) ? null : [...known]
}

/** Throws `signed-out`, `password-change-needed` or `forbidden`. */
export function decide(access: Access, visitor: Visitor | null, site: SiteView, request: FastifyRequest): void {
  if (access.kind === 'open') return
  if (visitor === null) throw refusal('signed-out', 'Sign in first: nobody is signed in, or the session is over.')
  if (access.kind === 'own' && access.always === true) return
  if (isTemporary(visitor)) {
    throw refusal(
      'password-change-needed',
      'Somebody else chose your password: change it first. Until then nothing else can be done.',
    )
  }
  if (access.kind === 'own') return
  const right = access.kind === 'may' ? access : rightOfContent(access.use, request)
  if (!isAllowed(right, visitor, site, request)) {
    const { name } = visitor.person
    throw refusal(
      'forbidden',
      right.zones === 'site'
        ? `${name} may not do this: it takes the right "${right.action}" in the whole site.`
        : `${name} may not do this: it takes the right "${right.action}" there.`,
    )
  }
}

/** Whoever else knows the password could act in this person's name. */
export function isTemporary({ session }: Visitor): boolean {
  return session?.signedIn.account?.temporaryPassword ?? false
}

/** Whether whoever asks must have shown lately who they are. */
export function asksForProof(access: Access, { params }: FastifyRequest): boolean {
  return access.kind === 'content' && contentRight(itemOf(params), access.use).proof
}

function itemOf(params: unknown): string {
  const { asset, item } = z.object({ asset: z.string(), item: z.string() }).parse(params)
  return `${asset}/${item}`
}

type Right = Extract<Access, { kind: 'may' }>

function rightOfContent(use: ContentUse, { params }: FastifyRequest): Right {
  const { action, where } = contentRight(itemOf(params), use)
  return { kind: 'may', action, zones: where === 'site' ? 'site' : zonesOfAsset }
}

function isAllowed({ action, zones }: Right, { person }: Visitor, site: SiteView, request: FastifyRequest): boolean {
  if (zones === 'some') {
    const allowed = zonesFor(person, action)
    return allowed === 'all' || allowed.length > 0
  }
  const about = zones === 'site' ? null : zones(site, request)
  return about === null ? may(person, action, null) : about.every(zone => may(person, action, zone))
}

/** Which zones somebody may look into. */
export function sightOf(visitor: Visitor, action: PersonAction = 'read'): Sight {
  const allowed = zonesFor(visitor.person, action)
  if (allowed === 'all') return everywhere
  return sightInto(allowed)
}

const views = new WeakMap<object, SiteView>()

/** Looked up once for a site. */
export function siteView(node: SiteNode): SiteView {
  const { site } = node.site()
  const known = views.get(site)
  if (known !== undefined) return known
  const zones = new Map(site.assets.map(({ id, zone }) => [id, zone]))
  const made = { zoneOf: (asset: string) => zones.get(asset) ?? null }
  views.set(site, made)
  return made
}

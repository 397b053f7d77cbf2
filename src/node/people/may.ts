import { z } from 'zod'

/** Each may do what those before it may. */
export const roles = ['viewer', 'operator', 'engineer', 'administrator'] as const
export type Role = (typeof roles)[number]

export const grant = z.strictObject({
  role: z.enum(roles),
  zones: z.union([z.literal('all'), z.array(z.string().min(1).max(100)).min(1).max(1000)]),
})

/** A role, in the zones that are named or in every one. */
export type Grant = z.infer<typeof grant>

/** What is asked for. `zone`: it concerns assets, and is granted zone by zone; `site`: it takes the role in all zones. */
const needs = {
  read: { role: 'viewer', scope: 'zone' },
  capture: { role: 'operator', scope: 'zone' },
  acknowledge: { role: 'operator', scope: 'zone' },
  drill: { role: 'operator', scope: 'zone' },
  verify: { role: 'operator', scope: 'site' },
  isolate: { role: 'operator', scope: 'site' },
  approve: { role: 'engineer', scope: 'zone' },
  hold: { role: 'engineer', scope: 'zone' },
  trust: { role: 'engineer', scope: 'zone' },
  'restore-to-folder': { role: 'engineer', scope: 'zone' },
  'write-to-device': { role: 'engineer', scope: 'zone' },
  'approve-write': { role: 'engineer', scope: 'zone' },
  'read-secrets-raw': { role: 'engineer', scope: 'zone' },
  'read-journal': { role: 'engineer', scope: 'site' },
  'end-isolation': { role: 'administrator', scope: 'site' },
  // whoever edits the site can have any file of this machine captured, and then read it
  'edit-site': { role: 'administrator', scope: 'site' },
  'set-secrets': { role: 'administrator', scope: 'site' },
  'manage-people': { role: 'administrator', scope: 'site' },
} as const satisfies Record<string, { readonly role: Role; readonly scope: 'zone' | 'site' }>

export type PersonAction = keyof typeof needs
export const personActions = Object.keys(needs) as readonly PersonAction[]

/** Whoever asks: a person, or a script with a token. */
export interface Granted {
  readonly grants: readonly Grant[]
}

/** The one decision on rights. `zone`: where the asset is; null for what concerns more than one, which takes all zones. */
export function may({ grants }: Granted, action: PersonAction, zone: string | null): boolean {
  const { role, scope } = needs[action]
  const where = scope === 'site' ? null : zone
  return grants.some(one => rank(one.role) >= rank(role) && covers(one, where))
}

/** The zones in which somebody may do something: what a list is to be cut down to. */
export function zonesFor({ grants }: Granted, action: PersonAction): 'all' | readonly string[] {
  const { role, scope } = needs[action]
  const able = grants.filter(one => rank(one.role) >= rank(role))
  if (able.some(({ zones }) => zones === 'all')) return 'all'
  return scope === 'site' ? [] : [...new Set(able.flatMap(({ zones }) => (zones === 'all' ? [] : zones)))]
}

/** Whether `next` allows all that `before` allowed. */
export function isNoLess(next: Granted, before: Granted): boolean {
  return before.grants.every(old =>
    (old.zones === 'all' ? [null] : old.zones).every(zone =>
      next.grants.some(one => rank(one.role) >= rank(old.role) && covers(one, zone)),
    ),
  )
}

/** Whether somebody may manage people, everywhere: at least one account of a site must. */
export function isAdministrator(granted: Granted): boolean {
  return may(granted, 'manage-people', null)
}

function rank(role: Role): number {
  return roles.indexOf(role)
}

function covers({ zones }: Grant, zone: string | null): boolean {
  return zones === 'all' || (zone !== null && zones.includes(zone))
}

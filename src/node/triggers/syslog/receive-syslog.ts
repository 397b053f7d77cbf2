import type { Asset, SyslogTrigger } from '../../../site/site.ts'
import { Allowance } from '../allowance.ts'
import type { TriggerContext } from '../trigger.ts'
import { isKnownChange } from './known-changes.ts'
import { matchesText } from './match-text.ts'
import { parseSyslog } from './parse-syslog.ts'

/** Messages of one address that are looked at. */
const perSecond = 200
const burst = 2000

/** Takes one message from an address; what it means is told to the context. Never throws. */
export function syslogReceiver(
  { options, match }: Pick<SyslogTrigger, 'options' | 'match'>,
  context: TriggerContext,
  now: () => number,
): (bytes: Uint8Array, from: string) => void {
  const isMeant = (text: string) =>
    match.length > 0 ? match.some(pattern => matchesText(pattern, text)) : isKnownChange(text)
  // only of assets' addresses, so that it cannot grow
  const allowances = new Map<string, Allowance>()
  return (bytes, from) => {
    const assets = context.senders.at(from)
    if (assets.length === 0) return context.stranger(from)
    context.count('received')
    const allowance = allowances.get(from) ?? new Allowance(perSecond, burst, now)
    allowances.set(from, allowance)
    if (!allowance.take()) return context.count('dropped')
    const message = parseSyslog(bytes)
    if (message === null) return context.count('malformed')
    if (!isMeant(message.text)) return context.count('ignored')
    const items = meant(assets, message.host, options.relays, context).flatMap(asset => context.itemsOf(asset))
    if (items.length === 0) return context.count('ignored')
    context.changed(items, message.message, from)
  }
}

/**
 * Whose message it is: the asset at the address. Of several assets there, the one that the message names. Of a relay, only the one
 * that it names, wherever that is.
 */
function meant(
  assets: readonly Asset[],
  host: string | null,
  relays: readonly string[],
  { senders }: Pick<TriggerContext, 'senders'>,
): readonly Asset[] {
  const named = (candidates: readonly Asset[]) => (host === null ? [] : candidates.filter(asset => bears(asset, host)))
  if (assets.some(({ id }) => relays.includes(id))) return named(senders.all())
  const among = named(assets)
  return among.length > 0 ? among : assets
}

/** Whether that is the asset's id, its name, its address, or the first label of it. */
function bears({ id, name, address }: Asset, host: string): boolean {
  const labels = [host.toLowerCase(), host.toLowerCase().split('.')[0]]
  return [id, name, address].some(own => own !== null && labels.includes(own.toLowerCase()))
}

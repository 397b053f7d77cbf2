import type { Channel } from './channel.ts'
import { email } from './email/email.ts'
import { syslog } from './syslog/syslog.ts'
import { webhook } from './webhook/webhook.ts'

/** Every kind of channel: a new one is a folder and a line here. */
const channels: readonly Channel<unknown>[] = [email, syslog, webhook]

export const channelsByKind: ReadonlyMap<string, Channel<unknown>> = new Map(channels.map(one => [one.kind, one]))

/** What the check of the site file asks of each. */
export const channelKinds = new Map(
  channels.map(one => [one.kind, { options: one.options, takesJournal: one.sendJournal !== undefined }]),
)

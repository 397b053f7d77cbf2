import type { ConnectionOptions } from 'node:tls'
import { programVersion } from '../../program-name.ts'
import type { Channel, ChannelTarget, Outgoing } from '../channel.ts'
import { unreachable } from '../channel-failure.ts'
import type { Notice } from '../notice.ts'
import { readPem, tlsSettings } from '../tls-settings.ts'
import { formatCef } from './format-cef.ts'
import { formatRfc5424 } from './format-rfc5424.ts'
import { syslogEventOf } from './journal-event-words.ts'
import { sendDatagrams, sendOverStream } from './send-messages.ts'
import type { SyslogEvent } from './syslog-event.ts'
import { facilities, type SyslogOptions, syslogOptions } from './syslog-options.ts'

/** A collector or a SIEM: a message for each notice and, where the site says so, for each line of the journal. */
export const syslog: Channel<SyslogOptions> = {
  kind: 'syslog',
  options: syslogOptions,
  most: 200,
  gathers: false,
  connection: ({ host, port, transport }) => ({
    ...{
      protocol: transport === 'tls' ? 'syslog-tls' : 'syslog',
      transport: transport === 'udp' ? 'udp' : 'tcp',
      host,
    },
    ...{ ports: { from: port, to: port }, part: 'control' },
  }),
  async send(target, message, signal) {
    await sendEvents(target, message.notices.map(eventOf(message)), signal)
    return null
  },
  sendJournal: (target, lines, signal) => sendEvents(target, lines.map(syslogEventOf), signal),
}

function eventOf(message: Outgoing): (notice: Notice) => SyslogEvent {
  return ({ severity, kind, id, title, subject, zone, class: cls, facts, time }) => ({
    ...{ severity, id, subject, time, type: kind, text: title, actor: null, result: null, seq: null },
    details: [['zone', zone], ['class', cls], ['message', message.id], ...Object.entries(facts)],
  })
}

async function sendEvents(
  target: ChannelTarget<SyslogOptions>,
  events: readonly SyslogEvent[],
  signal: AbortSignal,
): Promise<void> {
  const { hostname, site, options } = target
  const { host, port, transport, size } = options
  const format = options.format === 'cef' ? formatCef : formatRfc5424
  const facility = facilities[options.facility]
  const sender = { facility, hostname, timezone: site.timezone, version: programVersion }
  const messages = events.map(event => format(event, sender, size))
  const key = options.secret === undefined ? null : target.secret(options.secret)
  const tls = transport === 'tls' ? await tlsOf(target, key) : null
  const send = transport === 'udp' ? sendDatagrams : sendOverStream
  try {
    await send({ host, port, tls }, messages, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw unreachable(target.id, `the syslog receiver ${host}:${port}`, error, key === null ? [] : [key])
  }
}

async function tlsOf(target: ChannelTarget<SyslogOptions>, key: string | null): Promise<ConnectionOptions> {
  const { certificate } = target.options
  const settings = await tlsSettings(target)
  if (key === null || certificate === undefined) return settings
  return { ...settings, key, cert: await readPem(target, 'certificate', certificate) }
}

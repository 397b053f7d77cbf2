import type { SyslogTrigger } from '../../../site/site.ts'
import type { TriggerSource } from '../trigger.ts'
import { listenUdp } from '../udp-socket.ts'
import { listenTcp } from './listen-tcp.ts'
import { syslogReceiver } from './receive-syslog.ts'

/** What devices log of their changes: RFC 3164 and RFC 5424, over UDP (RFC 5426) or TCP (RFC 6587). */
export const syslog: TriggerSource<SyslogTrigger> = {
  via: 'syslog',
  async run(trigger, context, signal) {
    const { id, options } = trigger
    const receive = syslogReceiver(trigger, context, () => performance.now())
    const bound = (where: string) => context.working(`listens on ${where}`)
    if (options.transport === 'tcp') return await listenTcp(id, options, { bound, receive, context }, signal)
    await listenUdp(id, options, { bound, receive: (message, { address }) => receive(message, address) }, signal)
  },
}

import { z } from 'zod'
import { fileOption, hostOption, portOption, secretOption } from '../channel-options.ts'

/** The numbers of RFC 5424, section 6.2.1, of those that a program of ours may take. */
export const facilities = {
  ...{ user: 1, daemon: 3, auth: 4, authpriv: 10, audit: 13 },
  ...{ local0: 16, local1: 17, local2: 18, local3: 19, local4: 20, local5: 21, local6: 22, local7: 23 },
} as const
const facilityNames = ['user', 'daemon', 'auth', 'authpriv', 'audit'] as const
const localNames = ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] as const

const transportAllowed = 'udp, tcp or tls'
const formatAllowed = 'rfc5424 or cef'
const facilityAllowed = `${facilityNames.join(', ')}, or local0 to local7`
const sizeAllowed = 'a number of bytes from 480 to 65000'

/** The options of `via: syslog`; every key is explained in docs/notifications.md. */
export const syslogOptions = z
  .strictObject(
    {
      host: hostOption,
      port: portOption.optional(),
      transport: z.enum(['udp', 'tcp', 'tls'], transportAllowed).default('tls'),
      format: z.enum(['rfc5424', 'cef'], formatAllowed).default('rfc5424'),
      facility: z.enum([...facilityNames, ...localNames], facilityAllowed).default('local0'),
      size: z.int(sizeAllowed).min(480, sizeAllowed).max(65_000, sizeAllowed).optional(),
      ca: fileOption.optional(),
      serverName: hostOption.optional(),
      certificate: fileOption.optional(),
      secret: secretOption.optional(),
    },
    'a mapping such as { host: 10.1.3.9, transport: tls }',
  )
  .superRefine(({ transport, certificate, secret, ca, serverName }, context) => {
    const complain = (key: string, message: string, allowed: string) =>
      context.addIssue({ code: 'custom', path: [key], message, params: { allowed } })
    if (transport !== 'tls') {
      for (const [key, value] of Object.entries({ ca, serverName, certificate, secret })) {
        if (value !== undefined) complain(key, `"${key}" has no use with transport ${transport}`, 'transport: tls')
      }
    } else if ((certificate === undefined) !== (secret === undefined)) {
      const message = 'the certificate of this node and the secret that holds its key belong together'
      complain(certificate === undefined ? 'secret' : 'certificate', message, 'both, or neither')
    }
  })
  .transform(options => ({
    ...options,
    // RFC 5426, section 3.3; RFC 5425, section 4.1; for plain TCP (RFC 6587) the port is a custom
    port: options.port ?? { udp: 514, tcp: 601, tls: 6514 }[options.transport],
    // RFC 5426, section 3.2, and RFC 5425, section 4.3.1: what a receiver should be able to take
    size: options.size ?? (options.transport === 'udp' ? 2048 : 8192),
  }))

export type SyslogOptions = z.output<typeof syslogOptions>

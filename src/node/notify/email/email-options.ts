import { z } from 'zod'
import { fileOption, hostOption, isLoopback, portOption, secretOption } from '../channel-options.ts'

const addressAllowed = 'an address such as shift@plant.example, without a name'
const address = z
  .string(addressAllowed)
  .regex(
    /^(?=.{3,254}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    addressAllowed,
  )
const toAllowed = 'a list of one to 100 addresses such as [shift@plant.example]'
const userAllowed = 'a user name of up to 256 characters'
const securityAllowed = 'starttls, tls or none'

/** The options of `via: email`; every key is explained in docs/notifications.md. */
export const emailOptions = z
  .strictObject(
    {
      host: hostOption,
      port: portOption.optional(),
      security: z.enum(['starttls', 'tls', 'none'], securityAllowed).optional(),
      from: address,
      to: z.array(address, toAllowed).min(1, toAllowed).max(100, toAllowed),
      user: z
        .string(userAllowed)
        .regex(/^[^\p{Cc}]{1,256}$/u, userAllowed)
        .optional(),
      secret: secretOption.optional(),
      ca: fileOption.optional(),
      serverName: hostOption.optional(),
    },
    'a mapping such as { host: 10.1.3.25, from: blackstart@plant.example, to: [shift@plant.example] }',
  )
  .superRefine(({ host, security, user, secret }, context) => {
    const complain = (key: string, message: string, allowed: string) =>
      context.addIssue({ code: 'custom', path: [key], message, params: { allowed } })
    if (user !== undefined && secret === undefined) {
      complain('user', 'a user is given, and no secret', 'both, or neither')
    }
    if (secret !== undefined && user === undefined) {
      complain('secret', 'a secret is given, and no user', 'both, or neither')
    }
    if (secret !== undefined && security === 'none' && !isLoopback(host)) {
      complain('security', 'a password would cross the network in clear text', 'starttls or tls, or no user and secret')
    }
  })
  .transform(options => {
    const { host, security = isLoopback(host) ? 'none' : 'starttls' } = options
    const usual = { starttls: 587, tls: 465, none: 25 }
    return { ...options, security, port: options.port ?? usual[security] }
  })

export type EmailOptions = z.output<typeof emailOptions>

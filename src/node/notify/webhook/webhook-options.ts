import { z } from 'zod'
import { fileOption, hostOption, isLoopback, secretOption } from '../channel-options.ts'

const urlAllowed =
  'an address such as https://10.1.3.40/hooks/blackstart; http:// only to this machine, or with plain: true'

/** The options of `via: webhook`; every key is explained in docs/notifications.md. */
export const webhookOptions = z
  .strictObject(
    {
      url: z.string(urlAllowed).refine(isHookUrl, urlAllowed),
      secret: secretOption,
      plain: z.boolean('true or false').default(false),
      ca: fileOption.optional(),
      serverName: hostOption.optional(),
    },
    'a mapping such as { url: https://10.1.3.40/hooks/blackstart, secret: hook }',
  )
  .superRefine(({ url, plain }, context) => {
    if (!URL.canParse(url)) return
    const { protocol, hostname, username, password } = new URL(url)
    const complain = (message: string, allowed: string) =>
      context.addIssue({ code: 'custom', path: ['url'], message, params: { allowed } })
    if (username !== '' || password !== '') complain('credentials stand in the address', 'an address without them')
    if (protocol === 'http:' && !plain && !isLoopback(hostname.replace(/^\[|\]$/g, ''))) {
      complain('what is sent there would cross the network in clear text', urlAllowed)
    }
  })

function isHookUrl(text: string): boolean {
  return text.length <= 2000 && /^https?:\/\//.test(text) && URL.canParse(text)
}

export type WebhookOptions = z.output<typeof webhookOptions>

import type { ConnectionOptions } from 'node:tls'
import { BlackstartError, systemCode } from '../../../errors.ts'
import type { Channel, ChannelTarget, Outgoing } from '../channel.ts'
import { refusal, sayable, unreachable } from '../channel-failure.ts'
import { tlsSettings } from '../tls-settings.ts'
import { composeMail } from './compose-mail.ts'
import { type EmailOptions, emailOptions } from './email-options.ts'

/** Mail to people, through any SMTP server. */
export const email: Channel<EmailOptions> = {
  kind: 'email',
  options: emailOptions,
  most: 500,
  gathers: true,
  connection: ({ host, port, security }) => ({
    ...{ protocol: security === 'tls' ? 'smtps' : 'smtp', transport: 'tcp', host },
    ...{ ports: { from: port, to: port }, part: 'control' },
  }),
  async send(target, message, signal) {
    const { options } = target
    const secrets = options.secret === undefined ? [] : [target.secret(options.secret)]
    try {
      return await sendMail(target, message, secrets[0] ?? null, signal)
    } catch (error) {
      signal.throwIfAborted()
      throw mailFailure(target, error, credentialForms(options, secrets))
    }
  },
}

async function sendMail(
  target: ChannelTarget<EmailOptions>,
  message: Outgoing,
  password: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { createTransport } = await import('nodemailer')
  const { from, to } = target.options
  const mail = composeMail(target, message)
  const transport = createTransport(transportOptions(target, password, await tlsSettings(target)))
  try {
    const thread = mail.inReplyTo === null ? {} : { inReplyTo: mail.inReplyTo, references: mail.inReplyTo }
    const sent = await transport.sendMail({
      ...{ from, to: [...to], envelope: { from, to: [...to] }, date: message.time, signal, ...thread },
      ...{ subject: mail.subject, messageId: mail.messageId, text: mail.text, html: mail.html },
      // RFC 3834: no out-of-office answers
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    const refused = sent.rejected.map(String)
    if (refused.length === 0) return null
    return `${target.id}: the mail server refused the recipients ${sayable(refused.join(', '), [])}; the others have the mail.`
  } finally {
    transport.close()
  }
}

function transportOptions(target: ChannelTarget<EmailOptions>, pass: string | null, tls: ConnectionOptions) {
  const { host, port, security, user } = target.options
  return {
    ...{ host, port, tls, secure: security === 'tls', requireTLS: security === 'starttls' },
    ...(security === 'none' ? { ignoreTLS: true } : {}),
    ...(user === undefined || pass === null ? {} : { auth: { user, pass } }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
    name: /^[A-Za-z0-9.-]+$/.test(target.hostname) ? target.hostname : 'blackstart',
    ...{ connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000, dnsTimeout: 20_000 },
    // nothing in a notice makes the mailer read a file or an address
    ...{ disableFileAccess: true, disableUrlAccess: true },
  }
}

/** The password as SASL's PLAIN writes it too (RFC 4616), which servers like to repeat. */
function credentialForms({ user = '' }: EmailOptions, secrets: readonly string[]): string[] {
  return secrets.flatMap(secret => [secret, `\u0000${user}\u0000${secret}`])
}

function mailFailure(
  { id, options }: ChannelTarget<EmailOptions>,
  error: unknown,
  secrets: readonly string[],
): BlackstartError {
  const place = `the mail server ${options.host}:${options.port}`
  const code = systemCode(error)
  const response = answerOf(error)
  const said = response === null ? '' : ` (${sayable(response.text, secrets)})`
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    const remedy =
      options.secret === undefined
        ? 'Give user and secret in the options of this channel.'
        : `Check options.user, and the secret: blackstart secrets set ${options.secret}`
    return refusal(id, 'login-refused', `${place} refused the login${said}. ${remedy}`)
  }
  if (code === 'ETLS') {
    return refusal(id, 'protocol', `${place} could not be made to encrypt${said}. Check options.security.`)
  }
  if (code === 'EENVELOPE') {
    return refusal(
      id,
      'permission',
      `${place} refused the sender or every recipient${said}. Check options.from and to.`,
    )
  }
  if (code === 'EMESSAGE' && response !== null && response.status >= 500 && response.status !== 503) {
    return refusal(id, 'refused', `${place} refused the message${said}.`)
  }
  if (response !== null) {
    return new BlackstartError('protocol', `${id}: ${place} did not take the message now${said}.`, { retry: true })
  }
  return unreachable(id, place, error, secrets)
}

/** What the server answered to the command that failed. */
function answerOf(error: unknown): { readonly status: number; readonly text: string } | null {
  if (!(error instanceof Error) || !('responseCode' in error) || !('response' in error)) return null
  return { status: Number(error.responseCode), text: String(error.response) }
}

import { createHash } from 'node:crypto'
import type { ChannelTarget, Outgoing } from '../channel.ts'
import type { Notice } from '../notice.ts'
import { aboutWords, countWords, kindOf, localTime } from '../notice-words.ts'
import { plainLine } from '../plain-text.ts'
import type { EmailOptions } from './email-options.ts'

export interface ComposedMail {
  readonly subject: string
  readonly messageId: string
  /** The thread of the one thing that the mail is about; null where it is about several. */
  readonly inReplyTo: string | null
  readonly text: string
  readonly html: string
}

/** Bytes of bodies in one mail; the notices beyond it are told without theirs. */
const mostBodies = 262_144

/** A mail with the same notices has the same Message-ID, so that one that is sent twice can be recognised. */
export function composeMail({ options, site }: ChannelTarget<EmailOptions>, message: Outgoing): ComposedMail {
  const domain = options.from.slice(options.from.lastIndexOf('@') + 1)
  const entries = describe(message.notices, site.timezone)
  const subjects = new Set(message.notices.map(notice => notice.subject))
  const [only = null] = subjects.size === 1 ? subjects : []
  const thread = createHash('sha256').update(`${site.name}\n${only}`).digest('hex').slice(0, 32)
  const lead = leadOf(message)
  const foot = `${site.name} · times of ${site.timezone} · sent by Blackstart`
  return {
    subject: plainLine(`[${site.name}] ${subjectOf(message)}`, 200),
    messageId: `<${message.id}@${domain}>`,
    inReplyTo: only === null ? null : `<thread.${thread}@${domain}>`,
    text: `${[...(lead === null ? [] : [lead]), ...entries.map(textOf), foot].join('\n\n')}\n`,
    html: htmlPage([...(lead === null ? [] : [`<p>${escapeHtml(lead)}</p>`]), ...entries.map(htmlOf)], foot),
  }
}

function subjectOf({ notices, digest }: Outgoing): string {
  const [first] = notices
  if (first !== undefined && notices.length === 1 && !digest) return `${kindOf(first)}: ${first.title}`
  return `${digest ? 'Digest' : `${notices.length} notices`}: ${countWords(notices)}`
}

function leadOf({ notices, digest }: Outgoing): string | null {
  if (digest) return `Digest of ${notices.length} ${notices.length === 1 ? 'notice' : 'notices'}.`
  return notices.length === 1 ? null : `${notices.length} notices that came within a short time, the oldest first.`
}

interface Entry {
  readonly head: string
  readonly about: string
  readonly title: string
  readonly facts: readonly string[]
  readonly body: string | null
}

function describe(notices: readonly Notice[], timezone: string): Entry[] {
  let room = mostBodies
  return notices.map(notice => {
    room -= Buffer.byteLength(notice.body ?? '')
    return {
      head: `${kindOf(notice)} · ${notice.severity} · ${localTime(notice.time, timezone)}`,
      about: aboutWords(notice),
      title: notice.title,
      facts: Object.entries(notice.facts).map(([name, value]) => `${name}: ${value ?? '–'}`),
      body: notice.body !== null && room < 0 ? '[not shown here: the mail is full]' : notice.body,
    }
  })
}

function textOf({ head, about, title, facts, body }: Entry): string {
  const lines = [head, ...(about === '' ? [] : [about]), title, ...facts.map(fact => `  ${fact}`)]
  return `${lines.join('\n')}${body === null ? '' : `\n\n${body}`}`
}

function htmlOf({ head, about, title, facts, body }: Entry): string {
  return [
    '<div style="margin:0 0 1.5em">',
    `<p style="margin:0;color:#555">${escapeHtml(head)}${about === '' ? '' : `<br>${escapeHtml(about)}`}</p>`,
    `<p style="margin:.3em 0"><b>${escapeHtml(title)}</b></p>`,
    ...(facts.length === 0 ? [] : [`<ul>${facts.map(fact => `<li>${escapeHtml(fact)}</li>`).join('')}</ul>`]),
    ...(body === null ? [] : [`<pre style="font-family:monospace;background:#f4f4f4">${escapeHtml(body)}</pre>`]),
    '</div>',
  ].join('\n')
}

function htmlPage(parts: readonly string[], foot: string): string {
  const end = `<p style="color:#555">${escapeHtml(foot)}</p>`
  const body = [...parts, end].join('\n')
  return `<!doctype html>\n<html><head><meta charset="utf-8"></head>\n<body style="font-family:sans-serif">\n${body}\n</body></html>\n`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it stands in HTML, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character] ?? character)
}

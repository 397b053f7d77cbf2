import { FTPError } from 'basic-ftp'
import { BlackstartError, type ErrorCode, reasonOf, systemCode } from '../../errors.ts'

/** What a sentence about a failure needs to know; the password only so that no text ever shows it. */
export interface FtpContext {
  readonly item: string
  /** `host:port`. */
  readonly device: string
  readonly user: string
  /** The secret's name; null for an anonymous login without one. */
  readonly secret: string | null
  readonly password: string | null
  /** Milliseconds. */
  readonly timeouts: { readonly connect: number; readonly idle: number }
  readonly tls: 'none' | 'explicit' | 'implicit'
}

export type FtpStep = 'connecting' | 'tls' | 'login' | 'settings' | 'listing' | 'reading' | 'writing'

/** What was going on when it failed. */
export interface FtpDoing {
  readonly step: FtpStep
  /** The file or folder on the device; empty while connecting. */
  readonly path: string
  /** True when the device had closed the data connection in order, so that only its completion reply is missing. */
  readonly dataEnded?: boolean
}

type Failure = readonly [code: ErrorCode, sentence: string, retry: boolean]

/** The data connection could not be opened; `code` is the system's, and missing where nothing answered in time. */
export class DataConnectionError extends Error {
  readonly code?: string

  constructor(cause: Error | null) {
    super('no data connection', cause === null ? {} : { cause })
    const code = systemCode(cause)
    if (code !== null) this.code = code
  }
}

/** The error code of a data connection that does not show the control connection's certificate. */
export const OTHER_CERTIFICATE = 'OTHER_CERTIFICATE'

const verbs = { listing: 'list', reading: 'read', writing: 'write' } as const
const tooMany = /too many|maximum|limit|already (?:in use|logged|connected)|in use|no more|busy/i
const notFound = /no such|not found|does ?n[o']t exist|not exist|cannot find|can't find|unknown file/i
const certificateFault = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/

/** What an error of the library, the system or the device means. A BlackstartError passes through. */
export function ftpFailure(error: unknown, doing: FtpDoing, context: FtpContext): BlackstartError {
  if (error instanceof BlackstartError) return error
  const [code, sentence, retry] =
    error instanceof FTPError
      ? replyFailure(error.code, shownReply(error.message, context), doing, context)
      : (networkFailure(error, doing, context) ?? lostFailure(error, doing, context))
  const facts = { device: context.device, ...(doing.path === '' ? {} : { path: doing.path }) }
  const cause = leaks(error, context) ? {} : { cause: error }
  return new BlackstartError(code, `${context.item}: ${sentence}`, { retry, facts, ...cause })
}

function replyFailure(reply: number, said: string, doing: FtpDoing, context: FtpContext): Failure {
  const early = doing.step === 'connecting' || doing.step === 'tls' || doing.step === 'login'
  const where = doing.path === '' ? '' : ` "${shownPath(doing.path)}"`
  if (early && (reply === 421 || reply === 120 || (reply === 530 && tooMany.test(said)))) {
    return [
      'device-busy',
      `${context.device} has no free FTP session (${said}). Close other FTP programs on it; it is tried again.`,
      true,
    ]
  }
  if (doing.step === 'tls') return noTls(said, context)
  if (doing.step === 'login' || reply === 530 || reply === 332) return loginFailure(said, context)
  if (early)
    return [
      'protocol',
      `${context.device} answers, but refuses the connection (${said}). Check that it is the FTP port.`,
      true,
    ]
  if (reply === 421)
    return [
      'connection-lost',
      `${context.device} ended the session${during(doing)} (${said}). Check what else uses it; ${again(doing)}.`,
      true,
    ]
  if (reply === 425)
    return [
      'connection-lost',
      `${context.device} could not open the data connection for${where} (${said}). Check that the firewall lets its passive ports through, or set options.passive.`,
      true,
    ]
  if (reply === 426 || reply === 451)
    return [
      'truncated',
      `${context.device} broke off${during(doing)} (${said}). ${left(doing)}; check the device and ${again(doing)}.`,
      true,
    ]
  if (reply === 452 || reply === 552)
    return ['disk-full', `${context.device} has no room for${where} (${said}). Make room on the device.`, false]
  if (reply === 522 || reply === 534 || reply === 536) return noTls(said, context)
  return refusalFailure(reply, said, doing, context)
}

function refusalFailure(reply: number, said: string, doing: FtpDoing, context: FtpContext): Failure {
  const path = `"${shownPath(doing.path)}"`
  if (doing.step === 'settings') {
    return [
      'unsupported',
      `${context.device} refuses a setting that a true copy needs (${said}). Use another connector for this device.`,
      false,
    ]
  }
  if (reply >= 500 && reply <= 504) {
    return [
      'unsupported',
      `${context.device} does not know the command to ${verbOf(doing)} ${path} (${said}). Set options.list or options.passive to what the device knows.`,
      false,
    ]
  }
  if (doing.step !== 'writing' && notFound.test(said)) {
    return [
      'missing',
      `${context.device} has no ${path} (${said}). Correct options.path or options.hidden, or capture again if it was just deleted.`,
      false,
    ]
  }
  if (reply === 450)
    return [
      'device-busy',
      `${context.device} cannot ${verbOf(doing)} ${path} now (${said}). Close what uses it on the device; it is tried again.`,
      true,
    ]
  const remedy =
    doing.step === 'writing' ? 'Give it the right to write there' : 'Give it the right to read it, or exclude it'
  return [
    'permission',
    `${context.device} does not let user "${context.user}" ${verbOf(doing)} ${path} (${said}). ${remedy}.`,
    false,
  ]
}

function loginFailure(said: string, context: FtpContext): Failure {
  const remedy =
    context.secret === null
      ? 'Set options.user to an account of the device, and its password with secrets set'
      : `Check secrets set ${context.secret}`
  return [
    'login-refused',
    `the device ${context.device} refused the login for user "${context.user}" (${said}). ${remedy}.`,
    false,
  ]
}

function noTls(said: string, context: FtpContext): Failure {
  return [
    'unsupported',
    `${context.device} refuses TLS (${said}). Switch it on in the device, or set options.tls to none if its network is trusted.`,
    false,
  ]
}

function networkFailure(error: unknown, doing: FtpDoing, context: FtpContext): Failure | null {
  const code = systemCode(error) ?? ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [
      'unreachable',
      `the name of ${context.device} cannot be resolved (${code}). Check the address in site.yaml and the name server.`,
      true,
    ]
  }
  if (code === OTHER_CERTIFICATE) {
    return [
      'host-key',
      `${context.device} shows another certificate on the data connection than at the login, so somebody may sit in between. Check the network before the next capture.`,
      false,
    ]
  }
  if (certificateFault.test(code)) {
    return [
      'host-key',
      `the certificate of ${context.device} is not trusted (${code}). Give its authority with options.ca, or pin it with options.certificate: pin.`,
      false,
    ]
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return [
      'protocol',
      `TLS with ${context.device} failed (${code}). Check options.tls (explicit or implicit) and the port; an old device may need options.legacyTls: true.`,
      false,
    ]
  }
  if (error instanceof DataConnectionError) {
    return [
      code === '' ? 'timeout' : 'unreachable',
      `${context.device} answers, but its data connection${during(doing)} cannot be opened (${code || 'no answer'}). Check that the firewall lets its passive ports through, or set options.passive.`,
      true,
    ]
  }
  if (doing.step !== 'connecting') return null
  if (code === 'ECONNREFUSED') {
    return [
      'unreachable',
      `${context.device} refuses FTP connections (ECONNREFUSED). Check that the device is on, that its FTP server is enabled, and the port.`,
      true,
    ]
  }
  if (/^E(HOST|NET)(UNREACH|DOWN)$/.test(code) || code === 'ETIMEDOUT' || code === 'EADDRNOTAVAIL') {
    return [
      'unreachable',
      `${context.device} cannot be reached (${code}). Check its power, its cable, the address in site.yaml and the firewall.`,
      true,
    ]
  }
  return null
}

function lostFailure(error: unknown, doing: FtpDoing, context: FtpContext): Failure {
  const reason = reasonOf(error)
  const early =
    doing.step === 'connecting' || doing.step === 'tls' || doing.step === 'login' || doing.step === 'settings'
  if (doing.dataEnded === true) {
    return [
      'truncated',
      `${context.device} closed the data connection of "${shownPath(doing.path)}" without saying that it is complete. ${left(doing)}; ${again(doing)}, and check the device if it stays so.`,
      true,
    ]
  }
  if (/timeout/i.test(reason)) {
    const limit = (early ? context.timeouts.connect : context.timeouts.idle) / 1000
    return [
      'timeout',
      `${context.device} fell silent for ${limit} s${during(doing)}. Check the device, its cable and its load; raise the time limit if it is only slow.`,
      true,
    ]
  }
  if (/maximum|exceeded/i.test(reason)) {
    return [
      'protocol',
      `${context.device} sends more than any device should${during(doing)}. Check that it is the right device.`,
      false,
    ]
  }
  if (/can't parse|invalid command|unexpected ftp response/i.test(reason)) {
    return [
      'protocol',
      `${context.device} answers what FTP does not know${during(doing)}. Check that it is an FTP server; try options.passive.`,
      false,
    ]
  }
  return [
    'connection-lost',
    `the connection to ${context.device} was lost${during(doing)}. Check its cable and power, and whether another program took its session; ${again(doing)}.`,
    true,
  ]
}

/** The connection was not made, or the login not finished, in time. */
export function connectTimeout(step: FtpStep, context: FtpContext): BlackstartError {
  const seconds = context.timeouts.connect / 1000
  const text =
    step === 'connecting'
      ? `did not answer within ${seconds} s. Check its power, its cable, the address in site.yaml and the firewall; with options.tls, that explicit or implicit is right.`
      : `did not finish the login within ${seconds} s. Check whether another program holds its session; restart its FTP server if it stays so.`
  return new BlackstartError('timeout', `${context.item}: ${context.device} ${text}`, {
    retry: true,
    facts: { device: context.device },
  })
}

function during(doing: FtpDoing): string {
  if (doing.step === 'listing' || doing.step === 'reading' || doing.step === 'writing') {
    return ` while ${doing.step} "${shownPath(doing.path)}"`
  }
  return doing.step === 'connecting'
    ? ' while connecting'
    : doing.step === 'tls'
      ? ' while starting TLS'
      : ' at the login'
}

function again(doing: FtpDoing): string {
  return doing.step === 'writing' ? 'restore again, for it may hold a part of that file' : 'capture again'
}

function left(doing: FtpDoing): string {
  return doing.step === 'writing' ? 'It is not whole' : 'Nothing of it was kept'
}

function verbOf(doing: FtpDoing): string {
  return doing.step in verbs ? verbs[doing.step as keyof typeof verbs] : 'use'
}

/** A name from the device as a sentence can bear it: no control characters, not endless. */
export function shownPath(path: string): string {
  const plain = path.replace(/\p{Cc}/gu, '?')
  return plain.length > 120 ? `${plain.slice(0, 80)}…${plain.slice(-30)}` : plain
}

/** What the device said, without control characters and without the password that some devices repeat. */
function shownReply(message: string, context: FtpContext): string {
  if (leaks(message, context)) return message.slice(0, 3)
  const line = message.replaceAll(/\s+/g, ' ').trim()
  return leaks(line, context) ? line.slice(0, 3) : shownPath(line)
}

function leaks(error: unknown, context: FtpContext): boolean {
  const { password } = context
  if (password === null || password === '') return false
  return reasonOf(error).includes(password) || (error instanceof Error && (error.stack ?? '').includes(password))
}

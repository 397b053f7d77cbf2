import { BlackstartError } from '../../errors.ts'

/** How far a dialogue had come: waiting for the first prompt, becoming privileged, preparing, or reading a configuration. */
export type CliStage =
  | { readonly at: 'login' | 'enable' }
  | { readonly at: 'prepare' | 'capture'; readonly command: string }

export interface CliPeer {
  /** `asset/item`. */
  readonly item: string
  /** `host:port`. */
  readonly device: string
  /** Name of the model. */
  readonly model: string
  /** Values that no sentence may show. */
  readonly secrets: readonly string[]
}

/** What the device sent since it was asked. */
export interface Said {
  readonly bytes: number
  /** Its visible last line. */
  readonly last: string
}

/**
 * The session ended before the answer was whole. `cause` is why the connection ended, undefined where only the channel
 * did; a caller's abort, or another error than a lost connection, is the error to throw as it is.
 */
export function sessionClosed({ item, device }: CliPeer, stage: CliStage, said: Said, cause: unknown): unknown {
  if (cause !== undefined && !(cause instanceof BlackstartError && cause.code === 'connection-lost')) return cause
  const remedy =
    'Nothing was kept. Check the network, whether the device restarted, and that it does not log the user out, then capture again.'
  const details = { facts: { device, bytes: said.bytes }, retry: true, cause }
  if (stage.at === 'capture' && said.bytes > 0) {
    const sentence = `${item}: ${device} ended the session in the middle of ${during(stage)}, after ${said.bytes} bytes. ${remedy}`
    return new BlackstartError('truncated', sentence, details)
  }
  return new BlackstartError(
    'connection-lost',
    `${item}: ${device} ended the session during ${during(stage)}. ${remedy}`,
    details,
  )
}

/** Silence, and nothing that the model can answer. */
export function sessionSilent(peer: CliPeer, stage: CliStage, said: Said, seconds: number): BlackstartError {
  const { item, device, model } = peer
  const details = { facts: { device, bytes: said.bytes } }
  if (said.last !== '' && stage.at !== 'capture') {
    return new BlackstartError(
      'protocol',
      `${item}: during ${during(stage)} ${device} waits with "${shown(said.last, peer.secrets)}", which the model ${model} does not know. Check the option model, and log in by hand once: a question after the login or an expired password may be in the way.`,
      details,
    )
  }
  return new BlackstartError(
    'timeout',
    `${item}: ${device} fell silent for ${seconds} s during ${during(stage)}, after ${said.bytes} bytes. Nothing was kept. Check that the device is not overloaded, or allow it more time (idle timeout).`,
    { ...details, retry: true },
  )
}

/** Silence at a line that is a prompt of the model's, but not the one that was there before the command. */
export function promptChanged(peer: CliPeer, stage: CliStage, before: string, now: string): BlackstartError {
  const { item, device, secrets } = peer
  return new BlackstartError(
    'protocol',
    `${item}: during ${during(stage)} the prompt of ${device} changed from "${shown(before, secrets)}" to "${shown(now, secrets)}", so that nobody can tell whether the answer is whole. Nothing was kept. Check that nobody renames the device at this moment, and the commands of the item.`,
    { facts: { device } },
  )
}

export function commandRefused(peer: CliPeer, command: string, answer: string): BlackstartError {
  const denied = /permission|authori[sz]ation|privilege|access denied|not enough permissions/i.test(answer)
  const remedy = denied
    ? 'Give the user the right to read the whole configuration, or set enableSecret.'
    : "Check the option model against the device and its firmware; the option commands replaces a model's command."
  return new BlackstartError(
    denied ? 'permission' : 'unsupported',
    `${peer.item}: ${peer.device} did not run "${command}": "${shown(answer, peer.secrets)}". ${remedy}`,
    { facts: { device: peer.device, command } },
  )
}

export function noAnswer({ item, device }: CliPeer, command: string): BlackstartError {
  return new BlackstartError(
    'protocol',
    `${item}: ${device} answered "${command}" with nothing. Run it by hand with the same user: it may lack a right, or the command may be another one.`,
    { facts: { device, command } },
  )
}

export function noEndMark({ item, device }: CliPeer, command: string, bytes: number): BlackstartError {
  return new BlackstartError(
    'no-end-mark',
    `${item}: what ${device} answered to "${command}" stops after ${bytes} bytes without the mark that ends a whole configuration. Nothing was kept. Capture again; if it stays so, run the command by hand and compare its last lines.`,
    { facts: { device, command, bytes }, retry: true },
  )
}

export function enableRefused({ item, device }: CliPeer, enableSecret: string | null): BlackstartError {
  return enableSecret === null
    ? new BlackstartError(
        'permission',
        `${item}: ${device} asks for the enable password. Store it with secrets set NAME and name it in the item's option enableSecret.`,
        { facts: { device } },
      )
    : new BlackstartError(
        'login-refused',
        `${item}: ${device} refused the enable password. Check secrets set ${enableSecret}.`,
        { facts: { device, secrets: [enableSecret] } },
      )
}

export function notPrivileged({ item, device }: CliPeer, command: string): BlackstartError {
  return new BlackstartError(
    'permission',
    `${item}: ${device} stays unprivileged after "${command}". Give the user the right to it, or check secrets set of its enableSecret.`,
    { facts: { device } },
  )
}

export function tooMuch({ item, device }: CliPeer, stage: CliStage, limit: number): BlackstartError {
  return new BlackstartError(
    'protocol',
    `${item}: ${device} sent more than ${limit / 2 ** 20} MiB during ${during(stage)}, which is no configuration. Check the command and the option model.`,
    { facts: { device, limit } },
  )
}

export function noShell({ item, device }: CliPeer, command: string | null, cause: unknown): BlackstartError {
  const what = command === null ? 'its command line' : `a channel for "${command}"`
  return new BlackstartError(
    'protocol',
    `${item}: ${device} accepted the login but does not open ${what}. Check that the user may use the command line over SSH, and that no other session holds it.`,
    { facts: { device }, retry: true, cause },
  )
}

function during(stage: CliStage): string {
  if ('command' in stage) return `"${stage.command}"`
  return stage.at === 'login' ? 'the wait for its first prompt' : 'the step to the privileged mode'
}

/** For a sentence: printable, without secrets, at most 120 characters from the end. */
function shown(text: string, secrets: readonly string[]): string {
  let safe = text
  for (const secret of secrets) if (secret !== '') safe = safe.replaceAll(secret, '***')
  return safe
    .replace(/[^ -~]/g, '?')
    .slice(-120)
    .trim()
}

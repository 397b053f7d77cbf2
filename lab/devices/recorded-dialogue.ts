// Plays a dialogue that was recorded from a real device in Oxidized's simulation format: a YAML file with `init_prompt` and
// `commands`, a map or an ordered list from what is typed to what the device sent, with the escapes of a Ruby string.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { CliDialogue } from './cli-device.ts'

export interface Recording {
  readonly greeting: string
  readonly steps: readonly { readonly typed: string; readonly sent: string }[]
}

/** Reads a recording; its text has a byte a character. */
export function readRecording(file: string): Recording {
  const { init_prompt: greeting, commands } = parse(readFileSync(file, 'utf8')) as {
    init_prompt: string | null
    commands: Record<string, string | null> | Record<string, string | null>[]
  }
  const pairs = Array.isArray(commands) ? commands.flatMap(one => Object.entries(one)) : Object.entries(commands)
  return {
    greeting: unescaped(greeting ?? ''),
    steps: pairs.map(([typed, sent]) => ({ typed, sent: unescaped(sent ?? '') })),
  }
}

/** What the device sent for a command: its echo, its output, the next prompt; the keys typed at pagers included. */
export function recordedAnswer({ steps }: Recording, command: string): string | null {
  const at = steps.findIndex(({ typed }) => typed === `${command}\n`)
  if (at === -1) return null
  const next = steps.findIndex(({ typed }, index) => index > at && typed.endsWith('\n'))
  return steps
    .slice(at, next === -1 ? steps.length : next)
    .map(({ sent }) => sent)
    .join('')
}

/**
 * Plays a recording. `aliases` maps a command of ours to the recorded one, whose echo is then ours. A command that was
 * not recorded gets its echo, `unknown command` and the prompt; an empty line gets the prompt again.
 */
export function recordedDialogue(recording: Recording, aliases: Readonly<Record<string, string>> = {}): CliDialogue {
  let prompt = recording.greeting.slice(recording.greeting.lastIndexOf('\n') + 1)
  let keys: string[] = []
  const play = (typed: string): string | null => {
    const recorded = aliases[typed] ?? typed
    const at = recording.steps.findIndex(step => step.typed === `${recorded}\n`)
    const step = recording.steps[at]
    if (step === undefined) return typed === '' ? `\r\n${prompt}` : `${typed}\r\n% unknown command\r\n${prompt}`
    const later = recording.steps.slice(at + 1)
    const next = later.findIndex(one => one.typed.endsWith('\n'))
    keys = later.slice(0, next === -1 ? later.length : next).map(({ sent }) => sent)
    if (/^(?:exit|quit|logout)$/.test(recorded)) return null
    return step.sent.startsWith(recorded) ? typed + step.sent.slice(recorded.length) : step.sent
  }
  const answer = (input: string) => (keys.length > 0 ? (keys.shift() ?? null) : play(input))
  return {
    greeting: recording.greeting,
    wants: () => (keys.length > 0 ? 'key' : 'line'),
    type(input) {
      const sent = answer(input)
      if (sent !== null && keys.length === 0) prompt = sent.slice(sent.lastIndexOf('\n') + 1)
      return sent
    },
    exec: command => ({
      output: recordedAnswer(recording, command) ?? 'bad command name (line 1 column 1)',
      status: null,
    }),
  }
}

/** The escapes of a Ruby double-quoted string, in bytes. */
function unescaped(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  const plain: Record<string, string> = { r: '\r', n: '\n', t: '\t', e: '\x1b', b: '\b', a: '\x07', s: ' ', '0': '\0' }
  return bytes.replace(/\\(?:x([0-9a-fA-F]{1,2})|(.))/gs, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (plain[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

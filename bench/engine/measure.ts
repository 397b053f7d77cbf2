import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile } from 'node:fs/promises'
import path from 'node:path'

export interface Command {
  readonly program: string
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

export interface Measured {
  /** Seconds until the program ended. */
  readonly wall: number
  /** Seconds of processor time, user and system, of the program and the processes that it waited for. */
  readonly cpu: number
  /** Bytes resident at most: of the largest process, where there are several. */
  readonly peak: number
  /** Seconds that `sync` took afterwards: what the program had left to the system to write. */
  readonly settle: number
}

const timer = '/usr/bin/time'

/**
 * Runs a program to its end. What it prints goes to `log`. GNU time stands between, because a child that Node starts itself
 * inherits Node's own peak. Throws, with the end of the log, where the program fails; `signal` ends its process group.
 */
export async function measure(command: Command, log: string, signal: AbortSignal): Promise<Measured> {
  await mkdir(path.dirname(log), { recursive: true })
  await runPlain({ program: 'sync', words: [] }, log, signal)
  const figures = `${log}.time`
  const words = ['-q', '-f', '%U %S %M', '-o', figures, command.program, ...command.words]
  const start = performance.now()
  await runPlain({ ...command, program: timer, words }, log, signal)
  const wall = seconds(start)
  const settling = performance.now()
  await runPlain({ program: 'sync', words: ['-f', path.dirname(log)] }, log, signal)
  const settle = seconds(settling)
  const [user = Number.NaN, system = Number.NaN, kilobytes = Number.NaN] = (await readFile(figures, 'utf8'))
    .trim()
    .split(' ')
    .map(Number)
  return { wall, cpu: user + system, peak: kilobytes * 1024, settle }
}

/** Runs a program that is not measured. Throws, with the end of the log, where it fails. */
export async function runPlain(command: Command, log: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await using file = await open(log, 'w')
  const child = spawn(command.program, [...command.words], {
    stdio: ['ignore', file.fd, file.fd],
    env: { ...process.env, ...command.env },
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    detached: true, // a process group of its own
  })
  const end = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGTERM'))
  signal.addEventListener('abort', end, { once: true })
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    signal.throwIfAborted()
    if (code === 0) return
    const said = (await readFile(log, 'utf8')).slice(-2000)
    throw new Error(`${[command.program, ...command.words].join(' ')} ended with ${code}:\n${said}`)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function seconds(start: number): number {
  return (performance.now() - start) / 1000
}

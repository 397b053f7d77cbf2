import { readFile } from 'node:fs/promises'
import { systemCode } from '../../errors.ts'

/** Names of users and groups by number, from this machine's `/etc/passwd` and `/etc/group`; empty where there are none. */
export interface UserNames {
  readonly users: ReadonlyMap<number, string>
  readonly groups: ReadonlyMap<number, string>
}

export async function readUserNames(signal: AbortSignal): Promise<UserNames> {
  return { users: await namesIn('/etc/passwd', signal), groups: await namesIn('/etc/group', signal) }
}

/** Both files have the name in the first and the number in the third field. */
async function namesIn(file: string, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>()
  for (const line of (await textOf(file, signal)).split('\n')) {
    const [name, , number] = line.split(':')
    if (name && number && !names.has(Number(number))) names.set(Number(number), name)
  }
  return names
}

async function textOf(file: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(file, { encoding: 'utf8', signal })
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '' // Windows, or a container without it
    throw error
  }
}

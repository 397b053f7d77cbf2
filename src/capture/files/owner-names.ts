import { readFile } from 'node:fs/promises'
import { systemCode } from '../../errors.ts'

export interface OwnerNames {
  readonly users: ReadonlyMap<bigint, string>
  readonly groups: ReadonlyMap<bigint, string>
}

/** The names in /etc/passwd and /etc/group; empty on a machine that has none. Accounts of a directory service have no name here. */
export async function ownerNames(): Promise<OwnerNames> {
  const [users, groups] = await Promise.all([namesIn('/etc/passwd'), namesIn('/etc/group')])
  return { users, groups }
}

async function namesIn(file: string): Promise<Map<bigint, string>> {
  const names = new Map<bigint, string>()
  for (const line of (await textOf(file)).split('\n')) {
    const [name, , id] = line.split(':')
    if (name && id && /^\d+$/.test(id) && !names.has(BigInt(id))) names.set(BigInt(id), name)
  }
  return names
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (systemCode(error) !== null) return '' // owner names are a convenience: their numbers are kept anyway
    throw error
  }
}

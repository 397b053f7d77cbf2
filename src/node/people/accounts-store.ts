import { mkdir, readFile, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { openSession } from '../../capture/session.ts'
import { BlackstartError, plainReason, systemCode } from '../../errors.ts'
import { writeDurably } from '../../secrets/write-durably.ts'
import { type AccountsFile, accountsFile, hasAdministrator } from './account.ts'

/** The accounts of a site, in a file that other processes may change: each reading gives what it holds now. */
export interface AccountsStore {
  readonly file: string
  /** Throws `integrity` for a file that cannot be read: never as if there were no accounts. */
  read(): Promise<AccountsFile>
  /**
   * Changes the accounts, alone among all processes; durable when the promise resolves. What `change` throws leaves them
   * as they were. Throws `refused` where no administrator would be left.
   */
  update<Result>(change: (held: AccountsFile) => Result | Promise<Result>, signal: AbortSignal): Promise<Result>
  /** Puts a file that cannot be read aside; returns where it is, or null where there is nothing wrong with it. */
  putAside(now: Date, signal: AbortSignal): Promise<string | null>
}

interface Read {
  readonly held: AccountsFile
  /** By which a change of the file is seen. */
  readonly mark: string
}

/** `locks`: where the locks of this site's processes lie. */
export function accountsStore(file: string, locks: string): AccountsStore {
  let last: Read | null = null
  const read = async () => {
    const mark = await markOf(file)
    if (last === null || last.mark !== mark) last = { held: await readAccounts(file), mark }
    return last.held
  }
  return {
    file,
    read,
    async update(change, signal) {
      await using _alone = await alone(locks, signal)
      // not what was remembered: two changes may fall into one tick of the file system's clock
      const held = await readAccounts(file)
      const had = hasAdministrator(held)
      const result = await change(held)
      if (had && !hasAdministrator(held)) throw lastAdministrator()
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
      await writeDurably(file, `${JSON.stringify(accountsFile.parse(held), null, 1)}\n`)
      last = null
      return result
    },
    async putAside(now, signal) {
      await using _alone = await alone(locks, signal)
      try {
        await readAccounts(file)
        return null
      } catch (error) {
        if (!(error instanceof BlackstartError) || error.code !== 'integrity') throw error
      }
      const aside = `${file}.${now.toISOString().replaceAll(':', '')}.damaged`
      await rename(file, aside)
      last = null
      return aside
    },
  }
}

async function alone(locks: string, signal: AbortSignal): Promise<AsyncDisposable> {
  try {
    return await openSession({ folder: locks, device: 'accounts', wait: 15_000 }, signal)
  } catch (error) {
    if (!(error instanceof BlackstartError) || error.code !== 'device-busy') throw error
    const message = 'Another process has been changing the accounts for 15 s. Wait until it ends, or end it.'
    throw new BlackstartError('locked', message, { cause: error, retry: true })
  }
}

async function markOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'none'
    throw error
  }
}

async function readAccounts(file: string): Promise<AccountsFile> {
  try {
    return accountsFile.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return { format: 1, accounts: [], tokens: [] }
    if (code !== null)
      throw new BlackstartError('storage', `${file} cannot be read: ${plainReason(error)}.`, { cause: error })
    throw new BlackstartError(
      'integrity',
      `The accounts in ${file} cannot be read, so nobody can sign in. Bring them back as they were: pick a version from "blackstart versions node/identity", restore it (blackstart restore node/identity@VERSION --to ${path.dirname(file)} --overwrite). Or begin anew with one administrator: blackstart people add NAME --role administrator --afresh`,
      { cause: error instanceof SyntaxError ? undefined : error, facts: { file } },
    )
  }
}

function lastAdministrator(): BlackstartError {
  return new BlackstartError(
    'refused',
    'Nothing was changed: no administrator of all zones who can sign in would be left. Make another one first.',
  )
}

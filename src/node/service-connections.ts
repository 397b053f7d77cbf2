import { sitePaths } from '../archive/site-paths.ts'
import { BlackstartError } from '../errors.ts'
import type { ServiceConnection } from '../policy/facts.ts'
import type { Site } from '../site/site.ts'
import { connectionTo } from './connection-to.ts'
import { channelsByKind } from './notify/all.ts'
import { accountsStore } from './people/accounts-store.ts'
import { directoryAddresses } from './people/directory/directory-addresses.ts'

/** What the node opens to channels, for the journal's export, and to directories, as all of it is configured. */
export async function serviceConnections(folder: string, site: Site): Promise<readonly ServiceConnection[]> {
  return [...channelConnections(site), ...(await directoryConnections(folder))]
}

function channelConnections({ notify }: Site): ServiceConnection[] {
  const journal = new Set(notify.journal)
  return notify.channels.flatMap(({ id, via, options }): ServiceConnection[] => {
    const connection = channelsByKind.get(via)?.connection(options) ?? null
    if (connection === null) return []
    const notices: ServiceConnection = { purpose: 'notification', name: id, connection }
    return journal.has(id) ? [notices, { ...notices, purpose: 'journal' }] : [notices]
  })
}

async function directoryConnections(folder: string): Promise<ServiceConnection[]> {
  const { accounts, run } = sitePaths(folder)
  try {
    const { directory } = await accountsStore(accounts, run).read()
    return directoryAddresses(directory).map(({ name, url }) => ({
      ...{ purpose: 'sign-in', name, connection: connectionTo(url) },
    }))
  } catch (error) {
    // whoever signs in is told of damaged accounts; judging the plant goes on without them
    if (error instanceof BlackstartError && error.code === 'integrity') return []
    throw error
  }
}

import os from 'node:os'
import { isDnsName } from './server-certificate.ts'

/** By which names and addresses this machine is reached, as far as it knows itself. */
export function machineNames(): readonly string[] {
  const addresses = Object.values(os.networkInterfaces())
    .flatMap(list => list ?? [])
    // an IPv6 address that counts on one link only needs that link's name with it
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address)
  const name = os.hostname()
  return [...(isDnsName(name) ? [name] : []), ...addresses]
}

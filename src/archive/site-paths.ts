import path from 'node:path'

export interface SitePaths {
  readonly site: string
  /** The site file without errors that was worked with last; nothing in it needs to survive. */
  readonly siteInForce: string
  readonly data: string
  readonly catalog: string
  readonly journal: string
  readonly secrets: string
  /** Accounts and certificate authority: captured, and brought back, together. */
  readonly identity: string
  readonly accounts: string
  /** Sessions, failed sign-ins, requests for approval: it outlives the process but is not captured. */
  readonly peopleState: string
  /** The node's own certificate; made again where it is missing. */
  readonly tls: string
  /** Opens the repository: a password in a file that only its owner reads. */
  readonly key: string
  /** Locks of running processes; nothing in it needs to survive. */
  readonly run: string
  /** What the running node has begun and not ended. */
  readonly runs: string
  /** What waits to be told, and how far the journal was told. */
  readonly notices: string
  readonly noticesTold: string
  /** Holds room free on the disk, for emergencies. */
  readonly reserve: string
  /** What drills were asked to leave. */
  readonly sandboxes: string
  readonly repository: string
  readonly recoveryKit: string
}

/** Where everything of a site lies in its folder. */
export function sitePaths(folder: string): SitePaths {
  const data = path.join(folder, 'data')
  return {
    site: path.join(folder, 'site.yaml'),
    siteInForce: path.join(data, 'site-in-force.yaml'),
    data,
    catalog: path.join(data, 'catalog.sqlite'),
    journal: path.join(data, 'journal.jsonl'),
    secrets: path.join(data, 'secrets.json'),
    identity: path.join(data, 'identity'),
    accounts: path.join(data, 'identity', 'accounts.json'),
    peopleState: path.join(data, 'people.sqlite'),
    tls: path.join(data, 'tls'),
    key: path.join(data, 'keys', 'repository.key'),
    run: path.join(data, 'run'),
    runs: path.join(data, 'runs.sqlite'),
    notices: path.join(data, 'notices.sqlite'),
    noticesTold: path.join(data, 'notices-told.json'),
    reserve: path.join(data, 'reserve'),
    sandboxes: path.join(data, 'sandboxes'),
    repository: path.join(data, 'repository'),
    recoveryKit: path.join(folder, 'recovery-kit.txt'),
  }
}

import path from 'node:path'

export interface SitePaths {
  readonly site: string
  readonly data: string
  readonly catalog: string
  readonly journal: string
  readonly secrets: string
  /** Opens the repository: a password in a file that only its owner reads. */
  readonly key: string
  /** Locks of running processes; nothing in it needs to survive. */
  readonly run: string
  /** What the running node has begun and not ended. */
  readonly runs: string
  readonly repository: string
  readonly recoveryKit: string
}

/** Where everything of a site lies in its folder. */
export function sitePaths(folder: string): SitePaths {
  const data = path.join(folder, 'data')
  return {
    site: path.join(folder, 'site.yaml'),
    data,
    catalog: path.join(data, 'catalog.sqlite'),
    journal: path.join(data, 'journal.jsonl'),
    secrets: path.join(data, 'secrets.json'),
    key: path.join(data, 'keys', 'repository.key'),
    run: path.join(data, 'run'),
    runs: path.join(data, 'runs.sqlite'),
    repository: path.join(data, 'repository'),
    recoveryKit: path.join(folder, 'recovery-kit.txt'),
  }
}

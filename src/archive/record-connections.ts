import type { SiteRecord } from './record.ts'

/** Where a capture, or a restore, of an item has connected to. */
export interface SeenConnection {
  /** `asset/item` */
  readonly item: string
  readonly host: string
  readonly port: number
}

/** Milliseconds: what was recorded less than this ago is not recorded again, so that the journal does not grow without need. */
const again = 24 * 3_600_000

/** Records connections that were opened; those that were recorded within the last day are left out. */
export async function recordConnections(
  record: SiteRecord,
  connections: readonly SeenConnection[],
  signal: AbortSignal,
): Promise<void> {
  if (connections.length === 0) return
  const now = record.now().getTime()
  const known = new Map((await record.catalog.connections()).map(row => [key(row), Date.parse(row.last)]))
  const isDue = (connection: SeenConnection) => {
    const last = known.get(key(connection))
    // also where the clock was set back meanwhile
    return last === undefined || Math.abs(now - last) >= again
  }
  const due = new Map(
    connections.filter(isDue).map(({ item, host, port }) => {
      const connection = { item, host, port }
      return [key(connection), connection]
    }),
  )
  if (due.size > 0) await record.add([{ type: 'connected', connections: [...due.values()] }], signal)
}

function key({ item, host, port }: SeenConnection): string {
  return `${item} ${host} ${port}`
}

import { stat } from 'node:fs/promises'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { SiteNode } from '../../node/site-node.ts'

/** For Prometheus. Labels are words of ours: never an item, an asset or a person. */
export interface Metrics extends Disposable {
  readonly registry: Registry
  /** Seconds; `route` as it is declared. */
  seen(method: string, route: string, status: number, seconds: number): void
}

export function createMetrics(
  node: SiteNode,
  due: () => ReadonlyMap<string, Temporal.Instant>,
  clients: () => number,
): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const durations = new Histogram({
    ...{ name: 'blackstart_http_seconds', help: 'Duration of HTTP requests', registers },
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  })
  const runs = new Counter({
    ...{ name: 'blackstart_runs_total', help: 'Runs that ended, by what they did and their outcome', registers },
    labelNames: ['does', 'outcome'] as const,
  })
  const told = node.subscribe(event => {
    if (event.type !== 'run' || event.run.state !== 'ended') return
    runs.inc({ does: event.run.does, outcome: event.run.outcome ?? 'interrupted' })
  })
  gauge('blackstart_runs_live', 'Runs that go on', () => live(node, false))
  gauge('blackstart_runs_waiting', 'Runs that wait', () => live(node, true))
  gauge('blackstart_lateness_seconds', 'How late the item is that is due longest', () => lateness(node, due()))
  gauge('blackstart_integrity_broken', '1 where nothing can be trusted until somebody acts', () =>
    node.integrity() === null ? 0 : 1,
  )
  gauge('blackstart_site_refused', '1 where site.yaml on the disk has errors', () =>
    node.site().refused === null ? 0 : 1,
  )
  gauge('blackstart_sse_clients', 'Pages that listen', clients)
  gauge('blackstart_items_stale', 'Items that were not read within their limit', () => {
    return node.judged().judgement.items.filter(({ fresh }) => !fresh).length
  })
  gauge('blackstart_items_drifted', 'Items that differ from their approved version', () => {
    return node.judged().judgement.items.filter(({ drifted }) => drifted).length
  })
  const archive = node.archive({ name: 'node', from: null })
  gauge('blackstart_catalog_bytes', 'Size of the catalog', () => sizeOf(archive.paths.catalog))
  gauge('blackstart_journal_bytes', 'Size of the journal', () => sizeOf(archive.paths.journal))

  function gauge(name: string, help: string, value: () => number | Promise<number>): void {
    new Gauge({
      ...{ name, help, registers },
      async collect() {
        this.set(await value())
      },
    })
  }
  return {
    registry,
    [Symbol.dispose]: () => told[Symbol.dispose](),
    seen: (method, route, status, seconds) =>
      durations.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds),
  }
}

function live(node: SiteNode, waiting: boolean): number {
  return node.runs().filter(({ state }) => state !== 'ended' && (state === 'waiting') === waiting).length
}

function lateness(node: SiteNode, dues: ReadonlyMap<string, Temporal.Instant>): number {
  const now = node.now().getTime()
  let late = 0
  for (const due of dues.values()) late = Math.max(late, now - due.epochMilliseconds)
  return late / 1000
}

function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

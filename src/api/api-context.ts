import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { People } from '../node/people/people.ts'
import type { SiteNode } from '../node/site-node.ts'
import type { SiteThread } from '../node/site-thread/site-thread.ts'
import type { Drills } from '../node/views/drills.ts'
import type { Need } from '../node/views/overview.ts'
import type { Verifications } from '../node/views/verifications.ts'
import type { EventHub } from './live/event-hub.ts'
import type { Metrics } from './live/metrics.ts'
import type { StorageWatch } from './live/storage-watch.ts'
import type { Notifications, Triggers } from './schema/node-state.ts'

export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** What other parts of the node tell through the API; each may be absent. */
export interface NodeParts {
  readonly notifications?: () => Notifications
  readonly triggers?: () => Triggers
  /** A hook of a device or a tool was called. False: there is no such hook, or the token is wrong. */
  readonly hook?: (id: string, token: string | null, from: string, signal: AbortSignal) => Promise<boolean>
  /** Further needs of the overview: unexpected changes … */
  readonly needs?: () => readonly Need[]
}

/** What every route works with. */
export interface ApiContext {
  readonly node: SiteNode
  readonly people: People
  readonly parts: NodeParts
  /** When each item is due next, at most a second old. */
  readonly due: () => ReadonlyMap<string, Temporal.Instant>
  /** Reads and compares texts of the site file. */
  readonly thread: SiteThread
  readonly drills: Drills
  readonly verifications: Verifications
  readonly storage: StorageWatch
  readonly events: EventHub
  /** Milliseconds between two signs of life in a stream of events. */
  readonly heartbeat: number
  readonly metrics: Metrics
  /** The program's version. */
  readonly version: string
  /** Aborts when the node stops. */
  readonly signal: AbortSignal
  /** For the log: a mistake of our own, or in words what strangers are not told, or the journal not yet. */
  readonly onMistake: (error: unknown) => void
}

import type { Archive } from '../archive/archive.ts'
import { recordConnections } from '../archive/record-connections.ts'
import { neededConnections } from './needed-connections.ts'
import { observeConnections } from './observe-connections.ts'

export interface WatchedArchive extends Disposable {
  /** The same archive, its connectors watched. */
  readonly archive: Archive
  /** Records the connections that were opened since the last call. */
  record(): Promise<void>
}

/** An archive whose captures and write-backs are watched for the connections that they open. */
export function watchArchive(archive: Archive): WatchedArchive {
  const watch = observeConnections(neededConnections(archive.site, archive.connectors))
  return {
    archive: { ...archive, connectors: watch.watched(archive.connectors) },
    // not the caller's signal: also after an abort it is told what was opened
    record: () => recordConnections(archive.record, watch.take(), new AbortController().signal),
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  }
}

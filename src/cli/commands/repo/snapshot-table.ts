import type { SnapshotGroupKey } from '../../../engine/browse/group-snapshots.ts'
import { groupText } from '../../../engine/forget/plan-forget.ts'
import type { Snapshot } from '../../../engine/snapshot/snapshot.ts'
import type { Output } from '../../output.ts'
import { table } from '../../table.ts'
import { bytesText, plural, timeText } from '../../words.ts'
import { plainText } from './plain-text.ts'
import { shortId } from './snapshot-json.ts'

export interface TableOptions {
  /** Leaves the paths out. */
  readonly compact?: boolean
  /** Why each is kept, in the order of the snapshots. */
  readonly reasons?: readonly (readonly string[])[]
}

/** Snapshots as a table, one below the other in each cell where there are several, and how many they are. */
export function snapshotTable(out: Output, snapshots: readonly Snapshot[], options: TableOptions = {}): string {
  const zone = Temporal.Now.timeZoneId()
  const { compact = false, reasons } = options
  const head = ['ID', 'TIME', 'HOST', 'TAGS', ...(reasons ? ['REASONS'] : []), ...(compact ? [] : ['PATHS']), 'SIZE']
  const rows = snapshots.flatMap((snapshot, i) => {
    const cells = [
      [out.style('cyan', shortId(snapshot.id))],
      [timeText(snapshot.time, zone)],
      [plainText(snapshot.hostname)],
      snapshot.tags.map(plainText),
      ...(reasons ? [reasons[i] ?? []] : []),
      ...(compact ? [] : [snapshot.paths.map(plainText)]),
      [sizeText(snapshot)],
    ]
    const height = Math.max(...cells.map(cell => cell.length))
    return Array.from({ length: height }, (_, line) => cells.map(cell => cell[line] ?? ''))
  })
  const titles = head.map(title => out.style('bold', title))
  return `${table(titles, rows)}\n${plural(snapshots.length, 'snapshot')}`
}

/** Empty where nobody wrote it down, as restic before 0.17. */
function sizeText({ summary }: Snapshot): string {
  const bytes = summary?.total_bytes_processed
  return typeof bytes === 'number' ? bytesText(bytes) : ''
}

/** A line above a group's table; empty where all snapshots are one group. */
export function groupHeading(out: Output, key: SnapshotGroupKey): string {
  const group = groupText(key)
  return group === '' ? '' : out.style('bold', `snapshots of ${plainText(group)}`)
}

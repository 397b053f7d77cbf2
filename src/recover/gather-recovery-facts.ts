import type { SiteRecord } from '../archive/record.ts'
import type { Site } from '../site/site.ts'
import type { RecoveryFacts } from './plan-recovery.ts'

/** What the record knows of every item of the site; `writeBack` tells what a connector of that kind can do. */
export async function gatherRecoveryFacts(
  site: Pick<Site, 'assets'>,
  record: SiteRecord,
  writeBack: (via: string) => RecoveryFacts['writeBack'],
): Promise<ReadonlyMap<string, RecoveryFacts>> {
  const items = site.assets.flatMap(asset => asset.items.map(item => ({ id: `${asset.id}/${item.id}`, via: item.via })))
  const states = await record.catalog.states(items.map(({ id }) => id))
  return new Map(
    items.map(({ id, via }) => {
      const state = states.get(id)
      const drill = state?.lastDrill ?? null
      return [
        id,
        {
          version: versionOf(state),
          drill:
            drill === null
              ? null
              : {
                  time: Temporal.Instant.from(drill.time),
                  version: drill.version,
                  passed: drill.passed === 1,
                  milliseconds: millisecondsIn(drill.details),
                },
          writeBack: writeBack(via),
        },
      ]
    }),
  )
}

type State = Awaited<ReturnType<SiteRecord['catalog']['states']>> extends ReadonlyMap<string, infer One> ? One : never

/** As `recoveryVersion` chooses. */
function versionOf(state: State | undefined): RecoveryFacts['version'] {
  const approved = state?.approvedVersion ?? null
  const version = approved ?? state?.latest ?? null
  if (version === null) return null
  const { id, bytes, snapshot } = version
  return { id, bytes, choice: approved === null ? 'latest' : 'approved', inRepository: snapshot !== null }
}

function millisecondsIn(details: string): number {
  const value: unknown = JSON.parse(details)
  const found = value !== null && typeof value === 'object' && 'milliseconds' in value ? value.milliseconds : 0
  return typeof found === 'number' ? found : 0
}

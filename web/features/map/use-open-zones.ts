import { useCallback, useMemo, useState } from 'react'
import type { PlantMap } from '../../../src/api/schema/map.ts'

/** Assets up to which every zone shows them at first. */
const fewAssets = 300
/** Zones that a search opens at most. */
const mostOpened = 6

/** Which zones show their assets: of a small plant all, of a large one those that somebody opens, or that hold what is searched. */
export function useOpenZones(map: PlantMap, found: ReadonlySet<string> | null) {
  const small = map.assets.length <= fewAssets
  const [turned, setTurned] = useState<ReadonlySet<string>>(() => new Set())
  const [opened, setOpened] = useState<string | null>(null)
  const hits = useMemo(() => {
    if (found === null || found.size === 0) return null
    const zones = new Set(map.assets.filter(({ id }) => found.has(id)).map(({ zone }) => zone))
    return zones.size <= mostOpened ? zones : null
  }, [map, found])
  const open = useMemo(
    () => new Set(map.zones.map(({ id }) => id).filter(id => (small || hits?.has(id) === true) !== turned.has(id))),
    [map, small, hits, turned],
  )
  const toggle = useCallback((zone: string, opens: boolean) => {
    setOpened(opens ? zone : null)
    setTurned(before => {
      const next = new Set(before)
      if (!next.delete(zone)) next.add(zone)
      return next
    })
  }, [])
  return { open, opened, toggle }
}

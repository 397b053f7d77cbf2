import type { DirectoryLdap } from '../../../src/api/schema/directory.ts'
import type { Grant } from '../../../src/api/schema/session.ts'

type Mappings = DirectoryLdap['grants']

/** One role of one group, as it is typed. */
export interface GroupRow {
  readonly group: string
  readonly grant: Grant
}

export const newRow: GroupRow = { group: '', grant: { role: 'viewer', zones: 'all' } }

export function rowsOf(
  mappings: readonly { readonly group: string; readonly grants: readonly Grant[] }[],
): readonly GroupRow[] {
  return mappings.flatMap(({ group, grants }) => grants.map(grant => ({ group, grant })))
}

/** Rows of one group are one mapping; rows without a group are none. */
export function mappingsOf(rows: readonly GroupRow[]): Mappings {
  const named = rows.map(({ group, grant }) => ({ group: group.trim(), grant })).filter(({ group }) => group !== '')
  return [...Map.groupBy(named, ({ group }) => group)].map(([group, own]) => ({
    group,
    grants: own.map(({ grant: { role, zones } }) => ({ role, zones: zones === 'all' ? 'all' : [...zones] })),
  }))
}

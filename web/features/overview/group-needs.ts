import type { Need } from '../../../src/api/schema/overview.ts'

/** Needs of one cause, in the order in which they came; never empty. */
export interface NeedGroup {
  readonly first: Need
  readonly others: readonly Need[]
}

/** From how many needs on those of one cause stand together. */
const many = 10

/** One item that waits for several things is one line; where there are many, one cause of several items is, too. */
export function groupNeeds(needs: readonly Need[]): readonly NeedGroup[] {
  const byItem = groups(needs, need => (need.item === null || isOfPeople(need) ? need.id : need.item))
  if (byItem.length <= many) return byItem
  return groups(byItem, ({ first, others }) => [first, ...others].map(causeOf).join('\n')).map(({ first, others }) => ({
    first: first.first,
    others: [...first.others, ...others.flatMap(group => [group.first, ...group.others])],
  }))
}

/** Each asks for a decision of its own, whatever else the item waits for. */
function isOfPeople({ kind }: Need): boolean {
  return kind === 'approval' || kind === 'broken-glass'
}

/** What happened, whatever it happened to. */
function causeOf({ kind, severity, item, asset, what, id }: Need): string {
  if (item === null) return id
  const cause = [item, asset, item.split('/')[0]].reduce<string>(
    (text, name) => (name == null || name === '' ? text : text.replaceAll(name, '…')),
    what,
  )
  // an address or a path of its own is no cause of its own
  return `${kind} ${severity} ${cause.replaceAll(/\d+/gu, '#')}`
}

function groups<One>(all: readonly One[], keyOf: (one: One) => string) {
  return [...Map.groupBy(all, keyOf).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ first, others }],
  )
}

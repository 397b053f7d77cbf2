import { type Command, Help, type Option } from 'commander'

/** Headings of a command's help, in this order: its own options come first. */
const groups = [
  'Options:',
  'With --prune:',
  'Which snapshots:',
  'The repository that is read:',
  'The repository:',
] as const
export type OptionGroup = (typeof groups)[number]

/** Adds options under a heading of the help. */
export function grouped(command: Command, group: OptionGroup, add: (command: Command) => Command): Command {
  return add(command.optionsGroup(group)).optionsGroup('Options:')
}

/** For `configureHelp`: the groups in their order, whichever was added first. */
export function groupItems<Item extends Command | Option>(
  unsorted: Item[],
  visible: Item[],
  groupOf: (item: Item) => string,
): Map<string, Item[]> {
  const rank = (heading: string) => (groups as readonly string[]).indexOf(heading)
  const found = new Help().groupItems(unsorted, visible, groupOf)
  return new Map([...found].sort(([a], [b]) => rank(a) - rank(b)))
}

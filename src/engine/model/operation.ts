import fc from 'fast-check'
import type { KeepPolicy } from '../forget/keep-policy.ts'
import type { PruneOptions } from '../prune/prune.ts'
import type { UnusedLimit } from '../prune/unused-limit.ts'
import { contentCount, type Edit, filePaths } from './contents.ts'
import type { Interruption } from './mortal-process.ts'
import type { Wound } from './wound.ts'

export type Action =
  | { readonly do: 'store'; readonly snapshots: number }
  | { readonly do: 'back up' }
  | { readonly do: 'forget'; readonly policy: KeepPolicy }
  | { readonly do: 'forget some'; readonly snapshots: readonly number[] }
  | { readonly do: 'prune'; readonly options: PruneOptions }
  | { readonly do: 'tag'; readonly snapshot: number; readonly word: string }
  | { readonly do: 'rewrite'; readonly without: string; readonly forget: boolean }
  | { readonly do: 'copy'; readonly snapshots: readonly number[] | 'all' }
  | Repair
  | { readonly do: 'look'; readonly readData: boolean }
  | { readonly do: 'unlock'; readonly all: boolean }

/** Files are damaged, and what can be healed is: out of the repository itself, of the second one, or of a copy of its files. */
export interface Repair {
  readonly do: 'repair'
  readonly wounds: readonly Wound[]
  readonly from: 'itself' | 'second' | 'mirror'
  readonly readAllPacks: boolean
  /** Snapshots that only the second one has. */
  readonly bringBack: boolean
}

/** What one of the processes does, and how it is interrupted, if it is. */
export interface Part {
  readonly action: Action
  readonly process: 0 | 1 | 2
  /** Which repository; the other one is the second. */
  readonly place: 0 | 1
  readonly interruption: Interruption | null
}

/** One step of a sequence; several parts run at the same time. */
export interface Operation {
  readonly parts: readonly Part[]
  /** Minutes that pass before. */
  readonly wait: number
  /** Milliseconds that every step of a process takes. */
  readonly pace: number
  /** Changes of the files that are backed up, before. */
  readonly edits: readonly Edit[]
}

export interface Sequence {
  readonly operations: readonly Operation[]
  /** Of the order in which calls are answered. */
  readonly seed: number
}

const small = fc.nat(9)

const storing: fc.Arbitrary<Action> = fc.record({ do: fc.constant('store'), snapshots: fc.integer({ min: 1, max: 4 }) })

const pruning: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('prune'),
  options: fc.record(
    {
      maxUnused: fc.constantFrom<UnusedLimit>({ bytes: 0 }, { percent: 5 }, { percent: 60 }, 'unlimited'),
      repackSmall: fc.constant(true),
      repackCacheableOnly: fc.constant(true),
      repackUncompressed: fc.constant(true),
      maxRepackBytes: fc.constantFrom(0, 30_000, 1_000_000),
      dryRun: fc.constant(true),
    },
    { requiredKeys: ['maxUnused'] },
  ),
})

const looking: fc.Arbitrary<Action> = fc.record({ do: fc.constant('look'), readData: fc.boolean() })

const some = fc.array(small, { minLength: 1, maxLength: 3 })

const copying: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('copy'),
  snapshots: fc.oneof(fc.constant('all' as const), some),
})

const wounds: fc.Arbitrary<Wound> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('index', 'pack', 'pack'),
    file: fc.nat(30),
    harm: fc.constantFrom('removed', 'emptied', 'cut', 'turned'),
    at: fc.nat(1000),
  }),
  fc.record({
    kind: fc.constant('snapshot'),
    file: fc.nat(30),
    harm: fc.constantFrom('emptied', 'cut', 'turned'),
    at: fc.nat(1000),
  }),
)

const repairing: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('repair'),
  wounds: fc.oneof(
    fc.array(wounds, { minLength: 1, maxLength: 4 }),
    fc.array(
      wounds.filter(({ kind }) => kind === 'index'),
      { minLength: 1, maxLength: 8 },
    ),
  ),
  from: fc.constantFrom('itself', 'second', 'mirror'),
  readAllPacks: fc.boolean(),
  bringBack: fc.boolean(),
})

const policies: fc.Arbitrary<KeepPolicy> = fc.oneof(
  fc.record({ last: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ count: fc.record({ hourly: fc.integer({ min: 1, max: 2 }) }) }),
  fc.record({ tags: fc.constant([['odd']]), last: fc.constant(1) }),
)

const alone: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: storing },
  { weight: 5, arbitrary: pruning },
  { weight: 3, arbitrary: copying },
  { weight: 3, arbitrary: repairing },
  { weight: 1, arbitrary: looking },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forget'), policy: policies }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('forget some'),
      snapshots: some,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('tag'), snapshot: small, word: fc.constantFrom('odd', 'kept') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('rewrite'),
      without: fc.constantFrom('a', 'b', 'program'),
      forget: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unlock'), all: fc.boolean() }) },
)

const onDisk: fc.Arbitrary<Action> = fc.record({ do: fc.constant('back up') })

/** Of which none takes away what another one needs to be as it was when it began. */
const together: fc.Arbitrary<readonly Action[]> = fc.oneof(
  fc.tuple(pruning, storing),
  fc.tuple(storing, storing),
  fc.tuple(pruning, looking),
  fc.tuple(pruning, pruning),
  fc.tuple(copying, pruning),
  fc.tuple(copying, storing),
  fc.tuple(copying, copying),
  fc.tuple(storing, storing, pruning),
  fc.tuple(storing, looking, pruning),
  fc.tuple(storing, pruning, pruning),
  fc.tuple(copying, storing, pruning),
  fc.tuple(copying, copying, pruning),
)

const interruptions: fc.Arbitrary<Interruption | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      how: fc.constantFrom('death', 'stop'),
      after: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 250 })),
    }),
  },
)

const place: fc.Arbitrary<0 | 1> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0 as const) },
  { weight: 1, arbitrary: fc.constant(1 as const) },
)

function partsOf(actions: readonly Action[]): fc.Arbitrary<Part[]> {
  const { length } = actions
  const each = { minLength: length, maxLength: length }
  const processes = fc.shuffledSubarray<0 | 1 | 2>([0, 1, 2], each)
  const places = fc.oneof(
    place.map(one => actions.map(() => one)),
    fc.array(place, each),
  )
  return fc.tuple(processes, places, fc.array(interruptions, each)).map(([processes, places, interrupted]) =>
    actions.map((action, i) => ({
      ...{ action, process: processes[i] ?? 0, place: places[i] ?? 0, interruption: interrupted[i] ?? null },
    })),
  )
}

const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    path: fc.constantFrom(...filePaths),
    content: fc.option(fc.nat(contentCount - 1), { freq: 4 }),
  }),
  { maxLength: 3 },
)

/** `disk`: one in so many operations backs up files on disk, which takes threads and so a hundred times as long as a stream. */
export function sequences(disk: number): fc.Arbitrary<Sequence> {
  const actions = fc.oneof(
    { weight: 4 * disk, arbitrary: alone.map(action => [action]) },
    { weight: disk, arbitrary: together },
    { weight: 5, arbitrary: onDisk.map(action => [action]) },
  )
  const operation: fc.Arbitrary<Operation> = fc.record({
    parts: actions.chain(partsOf),
    wait: fc.constantFrom(0, 0, 1, 20, 45),
    pace: fc.constantFrom(0, 0, 1000, 20_000),
    edits,
  })
  const sequence = fc.record({
    operations: fc.array(operation, { minLength: 1, maxLength: 14, size: 'max' }),
    seed: fc.nat(),
  })
  return sequence.map(each => ({ ...each, [fc.toStringMethod]: () => linesOf(each) }))
}

/** An operation a line: what a failure shows. */
function linesOf({ operations, seed }: Sequence): string {
  const lines = operations.map(({ parts, wait, pace, edits }) => {
    const deeds = parts.map(({ action: { do: deed, ...how }, process, place, interruption }) => {
      const end = interruption === null ? '' : `, ${interruption.how} after ${interruption.after} steps`
      return `process ${process} in ${place}: ${deed} ${JSON.stringify(how)}${end}`
    })
    return `  ${deeds.join(' | ')} (wait ${wait}, pace ${pace}, edits ${JSON.stringify(edits)})`
  })
  return `seed ${seed}\n${lines.join('\n')}\n`
}

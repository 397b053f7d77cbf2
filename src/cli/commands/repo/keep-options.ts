import { type Command, InvalidArgumentError } from 'commander'
import { type CalendarSpan, parseSpan } from '../../../engine/forget/calendar-span.ts'
import { type KeepCount, type KeepPolicy, type Period, periods } from '../../../engine/forget/keep-policy.ts'
import { gather } from './engine-options.ts'
import { splitTags } from './filter-options.ts'

export interface KeepOptions
  extends Readonly<Partial<Record<CountName, KeepCount>>>,
    Readonly<Partial<Record<SpanName, CalendarSpan>>> {
  readonly keepLast?: KeepCount
  readonly keepWithin?: CalendarSpan
  readonly keepTag?: readonly string[]
}

type CountName = `keep${Capitalize<Period>}`
type SpanName = `keepWithin${Capitalize<Period>}`

const letters: Readonly<Record<Period, string>> = { hourly: 'H', daily: 'd', weekly: 'w', monthly: 'm', yearly: 'y' }
const units: Readonly<Record<Period, string>> = {
  ...{ hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' },
}

export function addKeepOptions(command: Command): Command {
  command.option('-l, --keep-last <n>', 'keep the newest n; unlimited keeps all', keepCount)
  for (const period of periods) {
    const what = `of each of the last n ${units[period]}s that have snapshots keep the newest`
    command.option(`-${letters[period]}, --keep-${period} <n>`, what, keepCount)
  }
  command.option('--keep-within <span>', 'keep all newer than this before the newest: 1y5m7d2h', span)
  for (const period of periods) {
    const what = `of each ${units[period]} within this span before the newest keep the newest`
    command.option(`--keep-within-${period} <span>`, what, span)
  }
  return command.option('--keep-tag <tag[,tag...]>', 'keep those with all these tags; may be repeated', gather)
}

export function policyOf(options: KeepOptions): KeepPolicy {
  const { keepLast, keepWithin, keepTag = [] } = options
  const name = (period: Period) => `${period[0]?.toUpperCase()}${period.slice(1)}` as Capitalize<Period>
  return {
    ...(keepLast === undefined ? {} : { last: keepLast }),
    ...(keepWithin === undefined ? {} : { within: keepWithin }),
    count: given(period => options[`keep${name(period)}`]),
    withinPeriod: given(period => options[`keepWithin${name(period)}`]),
    tags: keepTag.map(splitTags),
  }
}

function given<Value>(read: (period: Period) => Value | undefined): Partial<Record<Period, Value>> {
  const entries = periods.map(period => [period, read(period)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Record<Period, Value>>
}

function keepCount(text: string): KeepCount {
  if (text === 'unlimited') return text
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count
  throw new InvalidArgumentError('Write a number, or unlimited.')
}

function span(text: string): CalendarSpan {
  try {
    return parseSpan(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

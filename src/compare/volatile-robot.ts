import { textLines } from './text-lines.ts'
import { type VolatileSpan, volatileSpan } from './volatile-span.ts'

/** FANUC teach pendant programs as text (`.ls`): only in the attributes, never in the program. */
export function isFanucProgram(head: string): boolean {
  return /^\/PROG[ \t]+[\w-]+[^\r\n]*\r?\n\/ATTR[ \t]*\r?\n/.test(head)
}

export function volatileInFanucProgram(text: string): VolatileSpan[] {
  for (const line of textLines(text)) {
    if (/^\/(?:APPL|MN|POS|END)/.test(line.text)) return []
    const value = /^MODIFIED[ \t]*=[ \t]*(DATE \d\d-\d\d-\d\d[ \t]+TIME \d\d:\d\d:\d\d);/.exec(line.text)?.[1]
    if (value === undefined) continue
    const start = line.start + line.text.indexOf(value)
    return [volatileSpan(start, start + value.length, 'MODIFIED')]
  }
  return []
}

/** ABB's description of a backup: the lines that are nothing but the time it was made. */
export function isAbbBackupInfo(path: string, head: string): boolean {
  return /(?:^|\/)backinfo\.txt$/i.test(path) && /^>>\w+/m.test(head)
}

export function volatileInAbbBackupInfo(text: string): VolatileSpan[] {
  const spans: VolatileSpan[] = []
  for (const line of textLines(text)) {
    const time = /^([ \t]*)(\d{2,4}-\d\d-\d\d[ \t]+\d\d:\d\d:\d\d)[ \t]*$/.exec(line.text)
    if (time === null) continue
    const start = line.start + (time[1]?.length ?? 0)
    spans.push(volatileSpan(start, start + (time[2]?.length ?? 0), 'time of the backup'))
  }
  return spans
}

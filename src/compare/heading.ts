import { attributesOf, scanXml } from './scan-xml.ts'
import { textLines } from './text-lines.ts'

/**
 * What encloses a line: in XML the named elements around it, elsewhere the nearest line above that is not indented (or
 * less so), as a person would look for it. Null where nothing tells. `shown` gives a line, from 0, without its secrets.
 */
export function headingFinder(text: string, shown: (line: number) => string): (line: number) => string | null {
  return /^[ \t\r\n]*<[?!A-Za-z]/.test(text.slice(0, 4096)) ? xmlHeadings(text) : indentHeadings(text, shown)
}

const longest = 120

function xmlHeadings(text: string): (line: number) => string | null {
  const starts = [...textLines(text)].map(line => line.start)
  const marks: { readonly offset: number; readonly label: string | null }[] = []
  const open: (string | null)[] = []
  const mark = (offset: number): void => {
    const names = open.filter(one => one !== null)
    const label = names.slice(names.length > 1 && names[0]?.startsWith('Controller ') ? 1 : 0).join(' › ')
    marks.push({ offset, label: label === '' ? null : label })
  }
  for (const tag of scanXml(text, end => {
    if (open.pop() !== null) mark(end)
  })) {
    const label = labelOf(text, tag)
    if (!tag.empty) open.push(label)
    if (label !== null && !tag.empty) mark(tag.start)
  }
  return line => {
    const end = starts[line] ?? text.length
    let [low, high] = [0, marks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((marks[middle]?.offset ?? 0) < end) low = middle + 1
      else high = middle
    }
    const label = marks[low - 1]?.label ?? null
    return label === null || label.length <= longest ? label : `…${label.slice(-longest)}`
  }
}

/** `Program Main`, `Rung 3`; null for an element without a name. */
export function labelOf(text: string, tag: Parameters<typeof attributesOf>[1]): string | null {
  const attributes = attributesOf(text, tag)
  const named = attributes.find(one => /^(?:name|nameOf\w+|DDTName)$/i.test(one.name) && one.value !== '')
  const numbered = tag.name === 'Rung' ? attributes.find(one => one.name === 'Number') : undefined
  const name = (named ?? numbered)?.value
  return name === undefined || name.length > longest ? null : `${tag.name} ${name}`
}

function indentHeadings(text: string, shown: (line: number) => string): (line: number) => string | null {
  const lines = [...textLines(text)].map(line => line.text)
  return number => {
    const own = indent(lines[number - 1] ?? '')
    for (let at = number - 2; at >= 0; at -= 1) {
      const line = lines[at] ?? ''
      if (!/^[ \t]*[A-Za-z_/$[]/.test(line)) continue
      if (line.startsWith('/') || indent(line) < Math.max(own, 1)) return shown(at).trim().slice(0, longest)
    }
    return null
  }
}

const indent = (line: string): number => line.length - line.trimStart().length

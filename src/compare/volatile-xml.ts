import { attributesOf, scanXml, type XmlTag } from './scan-xml.ts'
import { type VolatileSpan, volatileSpan } from './volatile-span.ts'

interface AttributeRule {
  /** The element, by its path from the root. */
  readonly element: RegExp
  readonly attribute: string
  /** What the value must look like; anything else counts as content. */
  readonly value: RegExp
}

interface XmlFormat {
  readonly root: RegExp
  /** True where the tool breaks long tags into lines, so that a longer `Owner` moves the line ends behind it. */
  readonly wraps?: boolean
  readonly attributes: readonly AttributeRule[]
  /** Whole elements, by path; `content` matches from `<` to the end of the element. */
  readonly elements: readonly { readonly element: RegExp; readonly content: RegExp }[]
}

const anything = /^[^<]*$/
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/
const english = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d \d{4}$/
const unity = /^(?:date_and_time|dt)#\d+-\d+-\d+-\d+:\d+:\d+$/
const exchange = '^[A-Za-z0-9]+ExchangeFile'
const instruction = /^RSLogix5000Content\/Controller\/AddOnInstructionDefinitions\/[A-Za-z]+$/

const formats: readonly XmlFormat[] = [
  {
    // Rockwell L5X
    root: /^RSLogix5000Content$/,
    wraps: true,
    attributes: [
      { element: /^RSLogix5000Content$/, attribute: 'ExportDate', value: english },
      { element: /^RSLogix5000Content$/, attribute: 'Owner', value: anything },
      { element: /^RSLogix5000Content\/Controller$/, attribute: 'LastModifiedDate', value: english },
      { element: instruction, attribute: 'EditedDate', value: iso },
      { element: instruction, attribute: 'EditedBy', value: anything },
    ],
    elements: [],
  },
  {
    // Beckhoff TwinCAT 3 objects (.TcPOU, .TcGVL, .TcDUT …)
    root: /^TcPlcObject$/,
    attributes: [{ element: /^TcPlcObject$/, attribute: 'ProductVersion', value: /^[\d.]+$/ }],
    elements: [
      {
        element: /^TcPlcObject\/(?:[A-Za-z]+\/)?LineIds$/,
        content:
          /<LineIds Name="[^"<>]*"[ \t\r\n]*(?:\/>|>(?:[ \t\r\n]*<LineId Id="\d+" Count="\d+"[ \t\r\n]*\/>)*[ \t\r\n]*<\/LineIds>)/y,
      },
    ],
  },
  {
    // PLCopen TC6
    root: /^project$/,
    attributes: [
      { element: /^project\/fileHeader$/, attribute: 'creationDateTime', value: iso },
      { element: /^project\/contentHeader$/, attribute: 'modificationDateTime', value: iso },
    ],
    elements: [],
  },
  {
    // Schneider Control Expert exchange files (.xdb, .xef, .xst …)
    root: /^[A-Za-z0-9]+ExchangeFile$/,
    attributes: [
      { element: new RegExp(`${exchange}/fileHeader$`), attribute: 'dateTime', value: unity },
      { element: new RegExp(`${exchange}/contentHeader$`), attribute: 'dateTime', value: unity },
      { element: new RegExp(`${exchange}/contentHeader$`), attribute: 'version', value: /^[\d.]+$/ },
      { element: new RegExp(`${exchange}/(?:[A-Za-z]+/)*[A-Z]+Source$`), attribute: 'dateTime', value: unity },
    ],
    elements: [],
  },
  {
    // Siemens SimaticML (Openness export)
    root: /^Document$/,
    attributes: [],
    elements: [
      {
        element: /^Document\/DocumentInfo\/Created$/,
        content: /<Created>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?<\/Created>/y,
      },
    ],
  },
  {
    // Universal Robots programs
    root: /^URProgram$/,
    attributes: [
      { element: /^URProgram$/, attribute: 'lastSavedIn', value: /^[\w.-]+$/ },
      { element: /^URProgram$/, attribute: 'crcValue', value: /^\d+$/ },
    ],
    elements: [],
  },
]

/** The XML format whose root element the text begins with, or null. */
export function xmlFormat(head: string): XmlFormat | null {
  const root = scanXml(head).next().value
  if (root === undefined) return null
  const format = formats.find(one => one.root.test(root.name))
  if (format === undefined) return null
  return format.root.source === '^project$' && !isPlcOpen(head, root) ? null : format
}

export function volatileInXml(text: string, format: XmlFormat): VolatileSpan[] {
  const spans: VolatileSpan[] = []
  for (const tag of scanXml(text)) {
    for (const rule of format.elements) {
      if (!rule.element.test(tag.path)) continue
      rule.content.lastIndex = tag.start
      if (rule.content.test(text))
        spans.push(volatileSpan(spaceBefore(text, tag.start), rule.content.lastIndex, tag.name))
    }
    const rules = format.attributes.filter(rule => rule.element.test(tag.path))
    if (rules.length > 0) spans.push(...volatileInTag(text, tag, rules, format.wraps ?? false))
  }
  return spans
}

function volatileInTag(text: string, tag: XmlTag, rules: readonly AttributeRule[], wraps: boolean): VolatileSpan[] {
  const spans: VolatileSpan[] = []
  const attributes = attributesOf(text, tag)
  let found = false
  for (const { name, value, start, end } of attributes) {
    const matches = rules.some(rule => rule.attribute === name && rule.value.test(value))
    found ||= matches
    if (matches) spans.push(volatileSpan(start, end, name))
    else if (wraps && /[\r\n]/.test(text.charAt(start))) spans.push(lineEndAt(text, start))
  }
  const last = attributes.at(-1)?.end ?? tag.end
  if (wraps && /[\r\n]/.test(text.charAt(last))) spans.push(lineEndAt(text, last))
  return found ? spans : []
}

function lineEndAt(text: string, start: number): VolatileSpan {
  return volatileSpan(start, text.startsWith('\r\n', start) ? start + 2 : start + 1, 'line ends in a long tag')
}

function isPlcOpen(head: string, root: XmlTag): boolean {
  return attributesOf(head, root).some(
    one => one.name === 'xmlns' && one.value.startsWith('http://www.plcopen.org/xml/'),
  )
}

function spaceBefore(text: string, at: number): number {
  let start = at
  while (start > 0 && ' \t\r\n'.includes(text.charAt(start - 1))) start -= 1
  return start
}

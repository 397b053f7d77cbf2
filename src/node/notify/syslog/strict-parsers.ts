import assert from 'node:assert/strict'

// For the tests: readers that take exactly what the documents allow, and refuse everything else.

export interface Parsed5424 {
  readonly priority: number
  readonly time: string
  readonly host: string
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly text: string
}

const header =
  /^<(0|[1-9]\d{0,2})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /

/** RFC 5424, section 6, for one structured element and a message that ends with the datagram or the frame. */
export function parseRfc5424(bytes: Buffer): Parsed5424 {
  const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const match = header.exec(whole)
  assert.ok(match, `no header of RFC 5424: ${whole.slice(0, 200)}`)
  const [all, priority = '', time = '', host = '', app, , type = ''] = match
  assert.equal(app, 'blackstart')
  assert.ok(Number(priority) <= 191)
  let rest = whole.slice(all.length)
  const id = /^\[([^\s=\]"]{1,32})/.exec(rest)
  assert.ok(id, `no structured data: ${rest.slice(0, 200)}`)
  assert.match(id[1] ?? '', /^[a-z]+@\d+$/)
  rest = rest.slice(id[0].length)
  const parameters = new Map<string, string>()
  for (;;) {
    const parameter = /^ ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"/.exec(rest)
    if (parameter === null) break
    const [written, name = '', value = ''] = parameter
    assert.ok(!parameters.has(name), `${name} is given twice`)
    parameters.set(name, value.replace(/\\(.)/gs, '$1'))
    rest = rest.slice(written.length)
  }
  assert.ok(rest.startsWith('] '), `the structured data does not end: ${rest.slice(0, 200)}`)
  const message = rest.slice(2)
  const marked = message.startsWith('\uFEFF')
  const text = marked ? message.slice(1) : message
  if (!marked) assert.match(text, /^[ -~]*$/, 'text that is not ASCII needs the mark of UTF-8')
  return { priority: Number(priority), time, host, type, parameters, text }
}

export interface ParsedCef {
  readonly priority: number
  readonly clock: string
  readonly host: string
  /** Vendor, product, version, class, name, severity. */
  readonly head: readonly string[]
  readonly extension: ReadonlyMap<string, string>
}

/** ArcSight CEF:0 behind the header of RFC 3164. */
export function parseCef(bytes: Buffer): ParsedCef {
  const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const match = /^<(\d{1,3})>([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) ([!-~]+) CEF:0\|/.exec(whole)
  assert.ok(match, `no header of CEF: ${whole.slice(0, 200)}`)
  const [prefix, priority, clock = '', host = ''] = match
  assert.doesNotMatch(whole, /[\r\n]/)
  let rest = whole.slice(prefix.length)
  const head: string[] = []
  for (let field = 0; field < 6; field += 1) {
    const found = /^((?:[^|\\]|\\[|\\])*)\|/.exec(rest)
    assert.ok(found, `field ${field} of the head does not end: ${rest.slice(0, 200)}`)
    head.push((found[1] ?? '').replace(/\\(.)/gs, '$1'))
    rest = rest.slice(found[0].length)
  }
  const extension = new Map<string, string>()
  // a key begins the extension or follows a space, and every = inside a value has a backslash before it
  const starts = [...rest.matchAll(/(?:^| )([A-Za-z0-9_]+)=/g)]
  for (const [index, start] of starts.entries()) {
    const value = rest.slice(start.index + start[0].length, starts[index + 1]?.index ?? rest.length)
    assert.match(value, /^(?:[^=\\]|\\[=\\])*$/s, `not escaped: ${value}`)
    assert.ok(!extension.has(start[1] ?? ''), `${start[1]} is given twice`)
    extension.set(start[1] ?? '', value.replace(/\\(.)/gs, '$1'))
  }
  return { priority: Number(priority), clock, host, head, extension }
}

/** Octet counting: RFC 6587, section 3.4.1. Throws where bytes are left over. */
export function parseFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = []
  let rest = bytes
  while (rest.length > 0) {
    const length = /^([1-9]\d{0,5}) /.exec(rest.subarray(0, 8).toString('latin1'))
    assert.ok(length, `no length: ${rest.subarray(0, 40).toString('latin1')}`)
    const start = length[0].length
    const end = start + Number(length[1])
    assert.ok(rest.length >= end, 'a frame is not whole')
    frames.push(rest.subarray(start, end))
    rest = rest.subarray(end)
  }
  return frames
}

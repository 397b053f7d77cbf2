/** The largest `site.yaml`; ten thousand items take about 2 MB. */
const largest = 5 * 1024 * 1024

export type SiteText =
  | { readonly text: string }
  | { readonly line: number; readonly column: number; readonly message: string; readonly allowed: string }

/** The text of the file: UTF-8, with or without BOM; or why these bytes cannot be a site file. */
export function readSiteText(bytes: Uint8Array): SiteText {
  const refuse = (message: string, allowed: string) => ({ line: 1, column: 1, message, allowed })
  if (bytes.length > largest) {
    return refuse(
      `the file is too large (${(bytes.length / 2 ** 20).toFixed(1)} MiB)`,
      `at most ${largest / 2 ** 20} MiB`,
    )
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff) || looksUtf16(bytes)) {
    return refuse('the file is UTF-16', 'UTF-8: save it again with that encoding')
  }
  const zero = bytes.indexOf(0)
  if (zero >= 0) return refuse('the file is binary', 'a YAML text in UTF-8')
  const text = decode(bytes)
  if (text === null) {
    return {
      ...positionIn(bytes, firstInvalid(bytes)),
      message: 'the file is not valid UTF-8 here',
      allowed: 'UTF-8: save it again with that encoding',
    }
  }
  return findControl(text) ?? { text }
}

/** Every second byte of the beginning is zero: text of Latin letters in UTF-16 without BOM. */
function looksUtf16(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 64)
  if (sample.length < 4) return false
  return [0, 1].some(offset => sample.every((byte, index) => (index % 2 === offset) === (byte === 0)))
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Where the first byte is that belongs to no UTF-8 sequence. */
function firstInvalid(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    // A prefix that ends inside a sequence is still good: `stream` forgives the end.
    if (decodesSoFar(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function decodesSoFar(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

function positionIn(bytes: Uint8Array, offset: number): { line: number; column: number } {
  const before = new TextDecoder('utf-8').decode(bytes.subarray(0, offset), { stream: true })
  return endOf(before)
}

function endOf(text: string): { line: number; column: number } {
  const lines = text.split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

function findControl(text: string): SiteText | null {
  const match = /(?![\t\n\r\x80-\x9f])\p{Cc}|\r(?!\n)/u.exec(text)
  if (match === null) return null
  const code = match[0].charCodeAt(0).toString(16).padStart(2, '0')
  const message = match[0] === '\r' ? 'a line ends with CR alone' : `the control character 0x${code} is in the text`
  return {
    ...endOf(text.slice(0, match.index)),
    message,
    allowed: match[0] === '\r' ? 'lines that end with LF or CR LF' : 'text',
  }
}

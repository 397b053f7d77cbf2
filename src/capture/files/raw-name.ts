const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const looksEscaped = /\\(?=x[0-9a-f]{2})/g
const escaped = /\\x([0-9a-f]{2})/g

/**
 * A file name as text, without loss: a byte that is not UTF-8 becomes `\xNN`, and so does the backslash of a name that
 * looks like such an escape by itself (`\x5c`). All other names, which are nearly all, stay as they are.
 */
export function nameOfBytes(bytes: Uint8Array): string {
  const whole = decoded(bytes)
  if (whole !== null) return whole.replace(looksEscaped, '\\x5c')
  let name = ''
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(count => decoded(bytes.subarray(at, at + count)) !== null) ?? 0
    name += length === 0 ? `\0${hex(bytes[at])}` : decoded(bytes.subarray(at, at + length))
    at += Math.max(length, 1)
  }
  return name.replace(looksEscaped, '\\x5c').replaceAll('\0', '\\x') // no file name holds a zero byte
}

/** The bytes of a name that `nameOfBytes` made. */
export function bytesOfName(name: string): Buffer {
  const parts: Buffer[] = []
  let end = 0
  for (const match of name.matchAll(escaped)) {
    parts.push(Buffer.from(name.slice(end, match.index)), Buffer.from(match[1] ?? '', 'hex'))
    end = match.index + match[0].length
  }
  return Buffer.concat([...parts, Buffer.from(name.slice(end))])
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

function hex(byte: number | undefined): string {
  return (byte ?? 0).toString(16).padStart(2, '0')
}

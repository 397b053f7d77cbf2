const slash = '/'.charCodeAt(0)

/**
 * The order of names as people count: `a2` before `a10`, capitals beside their small letters, and all that begins with `plc/`
 * before what begins with `plc-2/`. 0 only for the same text.
 */
export function compareNatural(a: string, b: string): number {
  let at = 0
  let bt = 0
  while (at < a.length && bt < b.length) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(bt)
    let difference = 0
    if (isDigit(left) && isDigit(right)) {
      const [aEnd, bEnd] = [endOfDigits(a, at), endOfDigits(b, bt)]
      difference = compareDigits(a.slice(at, aEnd), b.slice(bt, bEnd))
      at = aEnd
      bt = bEnd
    } else {
      difference = weight(left) - weight(right)
      at += 1
      bt += 1
    }
    if (difference !== 0) return difference
  }
  const left = a.length - at - (b.length - bt)
  if (left !== 0) return left
  return a < b ? -1 : a > b ? 1 : 0
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function endOfDigits(text: string, from: number): number {
  let end = from + 1
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1
  return end
}

/** Of any length: a version or a serial number is more than a number holds. */
function compareDigits(a: string, b: string): number {
  if (a === b) return 0
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0)
}

function weight(code: number): number {
  if (code === slash) return 0
  return code >= 65 && code <= 90 ? code + 32 : code
}

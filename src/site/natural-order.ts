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
    if (isDigit(left) && isDigit(right)) {
      // of any length: a version or a serial number is more than a number holds
      const [aFrom, bFrom] = [afterZeros(a, at), afterZeros(b, bt)]
      at = afterDigits(a, aFrom)
      bt = afterDigits(b, bFrom)
      const difference = at - aFrom - (bt - bFrom) || compareDigits(a, aFrom, b, bFrom, at - aFrom)
      if (difference !== 0) return difference
    } else {
      if (left !== right) {
        const difference = weight(left) - weight(right)
        if (difference !== 0) return difference
      }
      at += 1
      bt += 1
    }
  }
  const left = a.length - at - (b.length - bt)
  if (left !== 0) return left
  return a < b ? -1 : a > b ? 1 : 0
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function afterZeros(text: string, from: number): number {
  let end = from
  while (text.charCodeAt(end) === 48) end += 1
  return end
}

function afterDigits(text: string, from: number): number {
  let end = from
  while (isDigit(text.charCodeAt(end))) end += 1
  return end
}

/** Of the same count. */
function compareDigits(a: string, aFrom: number, b: string, bFrom: number, count: number): number {
  for (let at = 0; at < count; at += 1) {
    const difference = a.charCodeAt(aFrom + at) - b.charCodeAt(bFrom + at)
    if (difference !== 0) return difference
  }
  return 0
}

function weight(code: number): number {
  if (code === slash) return 0
  return code >= 65 && code <= 90 ? code + 32 : code
}

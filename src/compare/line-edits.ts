import { diffArrays } from 'diff'

/** A step that leads from one list of lines to another; `from` and `to` are the places where it stands in each, from 0. */
export interface LineEdit {
  readonly kind: 'same' | 'removed' | 'added'
  readonly from: number
  readonly to: number
}

/** Up to so many inserted and removed lines the shortest difference is sought; the cost grows with their square. */
const editLimit = 1000
const deepest = 12

/**
 * The steps from one list of lines to another. Where the shortest way is too far, lines that both sides hold exactly once
 * divide the lists, and each part is looked at by itself; a part without such lines counts as replaced. Deterministic.
 */
export function lineEdits(from: readonly string[], to: readonly string[]): LineEdit[] {
  const numbers = new Map<string, number>()
  const numbered = (line: string): number => {
    const known = numbers.get(line)
    if (known !== undefined) return known
    numbers.set(line, numbers.size)
    return numbers.size - 1
  }
  const [left, right] = [from.map(numbered), to.map(numbered)]
  const edits: LineEdit[] = []
  walk({ left, right, from: 0, to: 0, fromEnd: left.length, toEnd: right.length }, edits, 0)
  return edits
}

interface Stretch {
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly from: number
  readonly to: number
  readonly fromEnd: number
  readonly toEnd: number
}

function walk(stretch: Stretch, edits: LineEdit[], depth: number): void {
  const { left, right } = stretch
  let { from, to, fromEnd, toEnd } = stretch
  for (; from < fromEnd && to < toEnd && left[from] === right[to]; from += 1, to += 1)
    edits.push({ kind: 'same', from, to })
  let tail = 0
  for (; from < fromEnd && to < toEnd && left[fromEnd - 1] === right[toEnd - 1]; tail += 1) {
    fromEnd -= 1
    toEnd -= 1
  }
  middle({ left, right, from, to, fromEnd, toEnd }, edits, depth)
  for (let at = 0; at < tail; at += 1) edits.push({ kind: 'same', from: fromEnd + at, to: toEnd + at })
}

function middle(stretch: Stretch, edits: LineEdit[], depth: number): void {
  const { left, right, fromEnd, toEnd } = stretch
  let { from, to } = stretch
  const oneSided = from === fromEnd || to === toEnd
  const parts = oneSided
    ? undefined
    : diffArrays(left.slice(from, fromEnd), right.slice(to, toEnd), { maxEditLength: editLimit })
  if (parts !== undefined) {
    for (const part of parts) {
      const kind = part.removed ? 'removed' : part.added ? 'added' : 'same'
      for (let count = 0; count < part.value.length; count += 1) {
        edits.push({ kind, from, to })
        if (kind !== 'added') from += 1
        if (kind !== 'removed') to += 1
      }
    }
    return
  }
  const anchors = oneSided || depth >= deepest ? [] : anchorsOf(stretch)
  if (anchors.length === 0) {
    for (; from < fromEnd; from += 1) edits.push({ kind: 'removed', from, to })
    for (; to < toEnd; to += 1) edits.push({ kind: 'added', from, to })
    return
  }
  for (const [place, other] of [...anchors, [fromEnd, toEnd] as const]) {
    walk({ left, right, from, to, fromEnd: place, toEnd: other }, edits, depth + 1)
    if (place < fromEnd) edits.push({ kind: 'same', from: place, to: other })
    from = place + 1
    to = other + 1
  }
}

/** Places of lines that occur once on either side, in an order that both sides share: as many as there can be. */
function anchorsOf({ left, right, from, to, fromEnd, toEnd }: Stretch): (readonly [number, number])[] {
  const here = onceIn(left, from, fromEnd)
  const there = onceIn(right, to, toEnd)
  const pairs = [...here].flatMap(([line, place]) => {
    const other = there.get(line)
    return other === undefined ? [] : [[place, other] as const]
  })
  pairs.sort((a, b) => a[0] - b[0])
  return longestRising(pairs)
}

function onceIn(lines: readonly number[], start: number, end: number): Map<number, number> {
  const places = new Map<number, number>()
  for (let at = start; at < end; at += 1) {
    const line = lines[at] ?? -1
    places.set(line, places.has(line) ? -1 : at)
  }
  for (const [line, place] of places) if (place === -1) places.delete(line)
  return places
}

/** The longest run of pairs whose second numbers rise (patience sorting). */
function longestRising(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const tops: number[] = []
  const before: number[] = []
  for (const [at, [, other]] of pairs.entries()) {
    let [low, high] = [0, tops.length]
    while (low < high) {
      const half = (low + high) >> 1
      if ((pairs[tops[half] ?? 0]?.[1] ?? 0) < other) low = half + 1
      else high = half
    }
    before[at] = low === 0 ? -1 : (tops[low - 1] ?? -1)
    tops[low] = at
  }
  const rising: (readonly [number, number])[] = []
  for (let at = tops.at(-1) ?? -1; at !== -1; at = before[at] ?? -1) {
    const pair = pairs[at]
    if (pair !== undefined) rising.push(pair)
  }
  return rising.reverse()
}

/** So many likenesses are looked at; in what is longer, lines stand against one another in their order. */
const mostLikenesses = 20_000
/** Two lines that are less alike are not one that was edited. */
const alike = 0.5

/** The positions of two lines that stand against each other; null beside a line that has no other. */
export type LinePair = readonly [before: number | null, after: number | null]

/** Which of the removed lines stands against which of the added ones: both in their order, what was edited beside its former self. */
export function pairLines(before: readonly string[], after: readonly string[]): readonly LinePair[] {
  const pairs: LinePair[] = []
  let [from, to] = [0, 0]
  const inOrder = (a: number, b: number) => {
    for (; from < a || to < b; from += 1, to += 1) pairs.push([from < a ? from : null, to < b ? to : null])
    ;[from, to] = [a, b]
  }
  for (const [a, b] of edited(before, after)) {
    inOrder(a, b)
    pairs.push([a, b])
    ;[from, to] = [a + 1, b + 1]
  }
  inOrder(before.length, after.length)
  return pairs
}

/** The pairs of lines that are alike, in order, and of all such choices the one that is most alike. */
function edited(before: readonly string[], after: readonly string[]): readonly (readonly [number, number])[] {
  const width = after.length + 1
  if (before.length * after.length > mostLikenesses) return []
  const [left, right] = [before.map(wordsOf), after.map(wordsOf)]
  // of what is left from each pair of positions on, the most that can be alike
  const best = new Float64Array((before.length + 1) * width)
  const paired = new Uint8Array(best.length)
  const bestAt = (a: number, b: number) => best[a * width + b] ?? 0
  for (let a = before.length - 1; a >= 0; a -= 1) {
    for (let b = after.length - 1; b >= 0; b -= 1) {
      const likeness = likenessOf(left[a], right[b])
      const apart = Math.max(bestAt(a + 1, b), bestAt(a, b + 1))
      const together = likeness < alike ? -1 : likeness + bestAt(a + 1, b + 1)
      best[a * width + b] = Math.max(together, apart)
      if (together >= apart) paired[a * width + b] = 1
    }
  }
  const pairs: [number, number][] = []
  for (let [a, b] = [0, 0]; a < before.length && b < after.length; ) {
    if (paired[a * width + b] === 1) pairs.push([a++, b++])
    else if (bestAt(a + 1, b) >= bestAt(a, b + 1)) a += 1
    else b += 1
  }
  return pairs
}

interface Words {
  readonly counts: ReadonlyMap<string, number>
  /** Characters of all of them. */
  readonly size: number
}

/** Words, numbers and signs, without the space between them. */
function wordsOf(line: string): Words {
  const counts = new Map<string, number>()
  let size = 0
  for (const [word] of line.matchAll(/[\p{L}\p{N}_]+|\S/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
    size += word.length
  }
  return { counts, size }
}

/** 0 to 1: how much of two lines is the same words. */
function likenessOf(a: Words | undefined, b: Words | undefined): number {
  if (a === undefined || b === undefined || a.size + b.size === 0) return 0
  let common = 0
  for (const [word, count] of a.counts) common += Math.min(count, b.counts.get(word) ?? 0) * word.length
  return (2 * common) / (a.size + b.size)
}

/** Edits (insert, remove, replace, swap neighbours) from `a` to `b`, or `limit + 1` where they are more than `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      next.push(best)
    }
    if (Math.min(...next) > limit) return limit + 1
    before = row
    row = next
  }
  return Math.min(row[b.length] ?? 0, limit + 1)
}

/** What `word` was probably meant to be; null where nothing is near. */
export type Suggest = (word: string, known: Iterable<string>) => string | null

/** Compares at most `budget` words in its life, so that a file with thousands of mistakes is still answered at once. */
export function createSuggest(budget = 200_000): Suggest {
  let left = budget
  return (word, known) => {
    if (word.length > 80) return null
    const wanted = word.toLowerCase()
    let limit = Math.min(3, Math.floor(word.length / 3))
    let best: string | null = null
    for (const candidate of known) {
      if (left <= 0) break
      left -= 1
      const distance = editDistance(wanted, candidate.toLowerCase(), limit)
      if (distance > limit) continue
      best = candidate
      limit = distance - 1
      if (limit < 0) break
    }
    return best
  }
}

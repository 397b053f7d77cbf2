export interface Cycle {
  /** In the order of needing; the last needs the first. */
  readonly names: readonly string[]
  /** Which of the last one's needs closes the circle. */
  readonly edge: number
}

const mostCycles = 100

interface Visit {
  readonly name: string
  readonly needs: readonly string[]
  next: number
}

/** A circle for each need that closes one, at most a hundred. Needs that are not among `names` are passed over. */
export function findCycles(names: readonly string[], needsOf: (name: string) => readonly string[]): Cycle[] {
  const known = new Set(names)
  const done = new Set<string>()
  const cycles: Cycle[] = []
  for (const start of names) {
    if (!done.has(start)) visit(start)
  }
  return cycles

  /** Depth first, without recursion: a chain may be ten thousand long. */
  function visit(start: string): void {
    const way: Visit[] = [{ name: start, needs: needsOf(start), next: 0 }]
    const depths = new Map([[start, 0]])
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const need = top.needs[top.next]
      top.next += 1
      if (need === undefined) {
        way.pop()
        depths.delete(top.name)
        done.add(top.name)
        continue
      }
      const depth = depths.get(need)
      if (depth !== undefined) {
        if (cycles.length < mostCycles)
          cycles.push({ names: way.slice(depth).map(step => step.name), edge: top.next - 1 })
      } else if (known.has(need) && !done.has(need)) {
        depths.set(need, way.length)
        way.push({ name: need, needs: needsOf(need), next: 0 })
      }
    }
  }
}

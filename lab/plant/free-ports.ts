import { type AddressInfo, createServer } from 'node:net'

/** The first of `count` ports in a row that were free on 127.0.0.1 a moment ago. */
export async function freeNeighbours(count: number): Promise<number> {
  for (;;) {
    const first = await listenOnce(0)
    if (first === null || first < 20_000 || first + count > 65_535) continue
    const others = await Promise.all(Array.from({ length: count - 1 }, (_, at) => listenOnce(first + at + 1)))
    if (!others.includes(null)) return first
  }
}

/** The first of `count` ports in a row that are free, looked for from `first` on in steps of ten; null where a hundred steps find none. */
export async function freeFrom(first: number, count: number): Promise<number | null> {
  for (let at = first; at < first + 1000; at += 10) {
    const free = await Promise.all(Array.from({ length: count }, (_, index) => listenOnce(at + index)))
    if (!free.includes(null)) return at
  }
  return null
}

/** The port (0: one that the system chooses), free again; null where it is taken. */
export async function listenOnce(port: number): Promise<number | null> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const { port: got } = server.address() as AddressInfo
      server.close(() => resolve(got))
    })
  })
}

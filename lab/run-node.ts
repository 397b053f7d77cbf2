// Runs a site node without its pages, and prints each run that begins or ends as a line of JSON: bin/node lab/run-node.ts SITE [CONCURRENCY]
import { openSiteNode } from '../src/node/open-site-node.ts'

const [folder = '.', concurrency = '4'] = process.argv.slice(2)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const say = (line: unknown) => void process.stdout.write(`${JSON.stringify(line)}\n`)
const onTrouble = (trouble: string) => say({ trouble })
await using node = await openSiteNode({ folder, concurrency: Number(concurrency), onTrouble }, stop.signal)
using _told = node.subscribe(event => {
  if (event.type === 'run') say(event.run)
})
await new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve(), { once: true }))

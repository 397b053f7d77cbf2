// 10,000 items of 2 KB in one sweep: how many files the repository then holds, how long it took, and the next, unchanged sweep.
// bin/node bench/many-items.ts [ITEMS]
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { testSite } from '../lab/test-site.ts'

const count = Number(process.argv[2] ?? 10_000)
const perAsset = 10

const items = Array.from({ length: count }, (_, index) => ({
  id: `plc-${Math.floor(index / perAsset)}/program-${index % perAsset}`,
  path: `./devices/${index}`,
}))
await using site = await testSite(items)
for (let index = 0; index < count; index += 1) {
  await mkdir(site.at('devices', String(index)), { recursive: true })
  await writeFile(site.at('devices', String(index), 'program.st'), `(* ${index} *)\n`.padEnd(2_048, 'x := x + 1; '))
}

function files(kind: string): number {
  const folder = site.at('data', 'repository', kind)
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length
}

async function sweep(): Promise<{ seconds: number; outcomes: Record<string, number> }> {
  const started = performance.now()
  const { results } = await site.json(['capture'])
  const outcomes: Record<string, number> = {}
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return { seconds: (performance.now() - started) / 1000, outcomes }
}

for (const name of ['first', 'second']) {
  const { seconds, outcomes } = await sweep()
  const kinds = ['data', 'index', 'snapshots', 'keys', 'locks'].map(kind => `${kind} ${files(kind)}`)
  const others = files('.') - files('snapshots')
  process.stdout.write(`${name} sweep: ${seconds.toFixed(1)} s, ${JSON.stringify(outcomes)}\n`)
  process.stdout.write(`  files: ${kinds.join(', ')}; ${others} besides the snapshots\n`)
}
const size = execFileSync('du', ['-sk', site.at('data', 'repository')], { encoding: 'utf8' }).split('\t')[0]
process.stdout.write(`repository: ${size} KiB on disk\n`)

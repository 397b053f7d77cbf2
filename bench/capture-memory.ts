// A large file captured by the real command: peak resident memory and time. bin/node bench/capture-memory.ts [GIB]
import { spawn } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { testSite } from '../lab/test-site.ts'

const gibibytes = Number(process.argv[2] ?? 4)
await using site = await testSite([{ id: 'server/image', path: './image.bin' }])

// bytes that neither compress nor repeat, always the same ones
const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16))
const zeros = Buffer.alloc(16 * 1024 * 1024)
const file = createWriteStream(site.at('image.bin'))
for (let written = 0; written < gibibytes * 1024 ** 3; written += zeros.length) {
  if (!file.write(cipher.update(zeros))) await once(file, 'drain')
}
file.end()
await once(file, 'close')

const program = path.resolve(import.meta.dirname, '..', 'bin', 'blackstart')
for (const words of [['capture'], ['capture'], ['restore', 'server/image', '--to', site.at('out')]]) {
  const started = performance.now()
  const child = spawn(program, ['--site', site.folder, ...words], { stdio: 'ignore' })
  let peak = 0
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
  }, 200)
  const [code] = await once(child, 'close')
  clearInterval(watch)
  const seconds = (performance.now() - started) / 1000
  const rate = (gibibytes * 1024) / seconds
  process.stdout.write(
    `${words.slice(0, 2).join(' ')}: exit ${code}, ${seconds.toFixed(0)} s, ${rate.toFixed(0)} MiB/s, peak ${Math.round(peak / 1024)} MB resident\n`,
  )
}

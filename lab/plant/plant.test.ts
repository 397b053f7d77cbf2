import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { siteAt } from '../test-site.ts'
import { makeExampleSite } from './example-site.ts'
import { freeNeighbours } from './free-ports.ts'
import { startPlant } from './plant.ts'
import { deviceFolder, newPlantState, portsFrom } from './plant-state.ts'
import { tamperings } from './tampering.ts'

const signal = AbortSignal.timeout(120_000)

interface Result {
  readonly item: string
  readonly outcome: string
  readonly version: string
}

const outcomes = ({ results }: { results: readonly Result[] }) =>
  Object.fromEntries(results.map(({ item, outcome }) => [item, outcome]))

const configuration = [
  'plc-filler/program',
  'robot-palletiser/programs',
  'hmi-filler/project',
  'switch-cell/configuration',
]

test('the example plant is captured, tampered with, compared and rolled back through the real command line', async context => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-plant-'))
  await using site = siteAt(folder)
  const state = newPlantState(portsFrom(await freeNeighbours(4)))
  const options = { state, now: () => new Date(), measureEvery: 500 }
  const unit = path.join(deviceFolder(folder, 'plc-filler'), 'TwinCAT/Filler/FillerPlc/POUs/FB_FillValve.TcPOU')
  const boot = path.join(deviceFolder(folder, 'plc-filler'), 'TwinCAT/Boot/Port_851.app')
  let first = ''
  {
    await using _plant = await startPlant(folder, options)
    await makeExampleSite(folder, state, () => undefined, signal)
    await context.test('every device gives its first version', async () => {
      const captured = await site.json(['capture'])
      const all = [...configuration, 'historian/database'].map(item => [item, 'version'])
      assert.deepEqual(outcomes(captured), Object.fromEntries(all))
      first = captured.results.find((one: Result) => one.item === 'plc-filler/program').version
    })
  }
  // a second start: the same host keys, passwords and contents
  await using _plant = await startPlant(folder, options)
  const delivered = { unit: await readFile(unit), boot: await readFile(boot) }

  await context.test('a change on the PLC is noticed, and nothing else but the history', async () => {
    await tamperings.plc!.run(state)
    assert.deepEqual(outcomes(await site.json(['capture'])), {
      'plc-filler/program': 'version',
      'robot-palletiser/programs': 'confirmed',
      'hmi-filler/project': 'confirmed',
      'switch-cell/configuration': 'confirmed',
      'historian/database': 'version',
    })
  })
  await context.test('the difference names the changed unit and shows the changed line', async () => {
    const { out } = await site.run(['diff', 'plc-filler/program'])
    assert.match(out, /FB_FillValve\.TcPOU/)
    assert.match(out, /-.*tFillTime : TIME := T#4s200ms;/)
    assert.match(out, /\+.*tFillTime : TIME := T#4s900ms;/)
    assert.doesNotMatch(out, /^[-+].*(?:ProductVersion|LineId)/m)
  })
  await context.test('rolled back, the PLC holds its old program to the byte', async () => {
    const ran = await site.run(['restore', `plc-filler/program@${first}`, '--to-device', '--yes'])
    assert.equal(ran.code, 0, ran.err)
    assert.deepEqual({ unit: await readFile(unit), boot: await readFile(boot) }, delivered)
    const { changes } = await site.json(['diff', 'plc-filler/program', first, 'latest'])
    assert.deepEqual(changes, [])
    const { results } = await site.json(['capture', 'plc-filler'])
    assert.equal(results[0].outcome, 'confirmed')
  })
})

test('each tampering changes something further when it is repeated', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-plant-'))
  try {
    const state = newPlantState(portsFrom(await freeNeighbours(4)))
    await using _plant = await startPlant(folder, { state, now: () => new Date(), measureEvery: 60_000 })
    for (const [word, tampering] of Object.entries(tamperings)) {
      const done = []
      for (let times = 0; times < 5; times += 1) done.push(await tampering.run(state))
      if (word === 'switch')
        assert.equal(new Set(done).size, 4, done.join('\n')) // it has two ports to play with
      else assert.ok(new Set(done).size > (word === 'plc' ? 3 : 4), done.join('\n'))
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a port that is taken is named', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-plant-'))
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  try {
    const state = newPlantState({ ...portsFrom(await freeNeighbours(4)), 'hmi-filler': port })
    await assert.rejects(startPlant(folder, { state, now: () => new Date(), measureEvery: 60_000 }), {
      code: 'refused',
      message: new RegExp(`Port ${port}.*hmi-filler.*--port`),
    })
  } finally {
    await new Promise(done => server.close(done))
    await rm(folder, { recursive: true })
  }
})

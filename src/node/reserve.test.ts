import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { BlackstartError } from '../errors.ts'
import { openReserve, withReserve } from './reserve.ts'

const full = new BlackstartError('disk-full', 'The disk is full.')

async function fresh() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-reserve-'))
  return { file: path.join(folder, 'reserve'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('a slice after the other is given up while there is no room, and then what stands in the way is told', async () => {
  await using place = await fresh()
  const reserve = openReserve(place.file)
  await reserve.fill()
  const { size } = await stat(place.file)
  let tries = 0
  const work = () => {
    tries += 1
    return Promise.reject(full)
  }
  await assert.rejects(withReserve(reserve, work), full)
  assert.equal(tries, size / 1_048_576 + 1)
  assert.equal((await stat(place.file)).size, 0)
})

test('nothing fails for a reserve that can neither be made nor given up', async () => {
  await using place = await fresh()
  await mkdir(path.join(place.file, 'with', 'something'), { recursive: true })
  const reserve = openReserve(place.file)
  await reserve.fill()
  assert.equal(reserve.giveSlice(), false)
  await reserve.giveAll()
  await assert.rejects(
    withReserve(reserve, () => Promise.reject(full)),
    full,
  )
})

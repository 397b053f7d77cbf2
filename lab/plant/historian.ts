import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deviceFolder } from './plant-state.ts'

/** What a tag usually shows, and how far it wanders, in the order of the tags in `schema.sql`. */
const usual = [
  [11_800, 250],
  [500.4, 0.8],
  [8.2, 0.4],
  [1.45, 0.05],
  [0.42, 0.01],
  [6.1, 0.15],
] as const

export function historianFile(folder: string): string {
  return path.join(deviceFolder(folder, 'historian'), 'measurements.sqlite')
}

/** A database with the last two days, a measurement of each tag every five minutes. */
export function makeHistorian(file: string, schema: string, now: Date): void {
  using database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = wal')
  database.exec(`BEGIN; ${schema}`)
  const minute = 60_000
  for (let back = 2 * 24 * 60; back > 0; back -= 5) measure(database, new Date(now.getTime() - back * minute))
  for (let batch = 0; batch < 6; batch += 1) {
    const started = new Date(now.getTime() - (48 - batch * 8) * 60 * minute)
    const insert = database.prepare('INSERT INTO batch (recipe, product, started) VALUES (?, ?, ?)')
    insert.run(...(batch % 2 === 0 ? [1, 'Still water 0.5 l'] : [3, 'Sparkling water 0.5 l']), started.toISOString())
  }
  database.exec('COMMIT')
}

/** Adds a measurement of each tag every `pause` milliseconds until it is disposed. */
export function startHistorian(file: string, pause: number, now: () => Date): Disposable {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  const timer = setInterval(() => {
    database.exec('BEGIN')
    measure(database, now())
    database.exec('COMMIT')
  }, pause)
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      database.close()
    },
  }
}

function measure(database: DatabaseSync, time: Date): void {
  const insert = database.prepare('INSERT OR REPLACE INTO measurement (tag, time, value) VALUES (?, ?, ?)')
  const phase = time.getTime() / 60_000
  for (const [index, [mean, spread]] of usual.entries()) {
    const value = mean + spread * (0.6 * Math.sin(phase / (7 + index)) + 0.4 * Math.sin(phase * (3 + index)))
    insert.run(index + 1, time.toISOString(), Number(value.toFixed(3)))
  }
}

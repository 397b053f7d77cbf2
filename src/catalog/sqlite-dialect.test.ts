import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Kysely, sql } from 'kysely'
import { sqliteDialect } from './sqlite-dialect.ts'

test('where SQLite itself has rolled a transaction back, as on a full disk, what went wrong is told', async () => {
  await using db = new Kysely<unknown>({ dialect: sqliteDialect(':memory:') })
  const failing = db.transaction().execute(async transaction => {
    await sql`rollback`.execute(transaction)
    throw new Error('the disk is full')
  })
  await assert.rejects(failing, /^Error: the disk is full$/)
  const { rows } = await db.transaction().execute(transaction => sql`select 1 as one`.execute(transaction))
  assert.deepEqual(rows.length, 1)
})

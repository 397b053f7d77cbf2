import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { BlackstartError, reasonOf, systemCode } from '../errors.ts'

/** Kysely on the SQLite that is built into Node. One connection; a transaction waits for the one before it. */
export function sqliteDialect(path: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(path),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** SQLITE_FULL; and what SQLite says of a disk that cannot be read or written. */
const full = 13
const troubles: readonly unknown[] = [full, 5, 8, 10, 14]

/** Runs an action of SQLite. Throws `disk-full` or `storage`, naming the file, where the disk is what stands in its way. */
function guarded<Result>(path: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    // the extended code's low byte is the code itself
    const code = systemCode(error) === 'ERR_SQLITE_ERROR' ? Number(Object(error).errcode) & 0xff : null
    if (!troubles.includes(code)) throw error
    throw new BlackstartError(
      code === full ? 'disk-full' : 'storage',
      `The catalog ${path} cannot be used: ${reasonOf(error)}. Check that its disk has room and can be written, and the rights on that file.`,
      { cause: error, facts: { path } },
    )
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #statements: Map<string, StatementSync>

  constructor(path: string, database: DatabaseSync, statements: Map<string, StatementSync>) {
    this.#path = path
    this.#database = database
    this.#statements = statements
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return guarded(this.#path, () => this.#execute(query))
  }

  #execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    const values = parameters as SQLInputValue[]
    if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    for (const row of this.#database.prepare(query.sql).iterate(...(query.parameters as SQLInputValue[]))) {
      yield { rows: [row as Row] }
    }
  }
}

class SqliteDriver implements Driver {
  readonly #path: string
  #database: DatabaseSync | null = null
  /** By their text: the program has some dozens of them, and runs them thousands of times. */
  readonly #statements = new Map<string, StatementSync>()
  #free: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  constructor(path: string) {
    this.#path = path
  }

  async init(): Promise<void> {
    this.#database = guarded(this.#path, () => {
      const database = new DatabaseSync(this.#path, { timeout: 10_000 })
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
      return database
    })
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#free = promise
    await before
    this.#release = resolve
    if (this.#database === null) throw new Error('the catalog is closed')
    return new SqliteConnection(this.#path, this.#database, this.#statements)
  }

  async releaseConnection(): Promise<void> {
    this.#release()
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // on a full disk SQLite has done so by itself: its word for that is the one that counts
    if (this.#database?.isTransaction === true) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    this.#statements.clear()
    this.#database?.close()
    this.#database = null
  }
}

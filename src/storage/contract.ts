import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { BlackstartError, type ErrorCode } from '../errors.ts'
import type { Backend, FileKind, StoredFile } from './backend.ts'

const kinds: readonly FileKind[] = ['key', 'lock', 'snapshot', 'index', 'pack']
const signal = AbortSignal.timeout(120_000)

/** What every backend does. `fresh` gives a place that is empty and not prepared. */
export function backendContract(kind: string, fresh: () => Promise<Backend>): void {
  const prepared = async (): Promise<Backend> => {
    const backend = await fresh()
    await backend.create(signal)
    return backend
  }

  describe(`a ${kind} backend`, () => {
    it('lists nothing and has nothing before it is prepared', async () => {
      const backend = await fresh()
      for (const kind of kinds) assert.deepEqual(await listed(backend, kind), [])
      assert.equal(await backend.stat('config', 'config', signal), null)
      assert.equal(await backend.stat('pack', newName(), signal), null)
    })

    it('can be prepared twice, and keeps what it has', async () => {
      const backend = await prepared()
      const name = newName()
      await backend.write('key', name, [Buffer.from('key')], signal)
      await backend.create(signal)
      assert.deepEqual(await listed(backend, 'key'), [{ name, bytes: 3 }])
    })

    it('gives back what was written, whole and in ranges, for every kind', async () => {
      const backend = await prepared()
      const parts = [randomBytes(1000), new Uint8Array(0), randomBytes(70_000)]
      const whole = Buffer.concat(parts)
      for (const kind of [...kinds, 'config'] as const) {
        const name = kind === 'config' ? 'config' : newName()
        await backend.write(kind, name, parts, signal)
        assert.deepEqual(plain((await backend.stat(kind, name, signal))!), { name, bytes: whole.length })
        assert.deepEqual(await listed(backend, kind), [{ name, bytes: whole.length }])
        assert.ok(whole.equals(await backend.read(kind, name, null, signal)))
        const range = { offset: 999, length: 3 }
        assert.ok(whole.subarray(999, 1002).equals(await backend.read(kind, name, range, signal)))
      }
    })

    it('writes files of many parts, and empty ones', async () => {
      const backend = await prepared()
      const [many, empty] = [newName(), newName()]
      const parts = Array.from({ length: 3000 }, (_, i) => Buffer.from(`part ${i} `))
      await backend.write('pack', many, parts, signal)
      await backend.write('pack', empty, [], signal)
      assert.ok(Buffer.concat(parts).equals(await backend.read('pack', many, null, signal)))
      assert.equal((await backend.read('pack', empty, null, signal)).byteLength, 0)
    })

    it('streams a file, and says not-found for one that is missing', async () => {
      const backend = await prepared()
      const [name, absent] = [newName(), newName()]
      const whole = randomBytes(3_000_000)
      await backend.write('pack', name, [whole], signal)
      const pieces: Buffer[] = []
      for await (const piece of backend.stream('pack', name, 0, signal)) pieces.push(Buffer.from(piece))
      assert.ok(whole.equals(Buffer.concat(pieces)))
      const end = await Array.fromAsync(backend.stream('pack', name, 2_999_990, signal), piece => Buffer.from(piece))
      assert.ok(whole.subarray(2_999_990).equals(Buffer.concat(end)))
      await assert.rejects(Array.fromAsync(backend.stream('pack', absent, 0, signal)), withCode('not-found', absent))
    })

    it('takes a file piece by piece, whose name comes last', async () => {
      const backend = await prepared()
      const [name, given] = [newName(), newName()]
      const upload = await backend.upload('pack', signal)
      const piece = Buffer.alloc(100_000)
      for (let i = 0; i < 20; i += 1) await upload.append(piece.fill(i))
      assert.deepEqual(await listed(backend, 'pack'), [])
      assert.deepEqual(plain(await upload.finish(name)), { name, bytes: 2_000_000 })
      await upload.discard()
      const other = await backend.upload('pack', signal)
      await other.append(piece)
      await other.discard()
      await other.discard()
      assert.deepEqual(await listed(backend, 'pack'), [{ name, bytes: 2_000_000 }])
      assert.equal((await backend.read('pack', name, { offset: 1_950_000, length: 1 }, signal))[0], 19)
      const again = await backend.upload('pack', signal)
      await again.finish(given)
      assert.equal((await backend.read('pack', given, null, signal)).byteLength, 0)
    })

    it('lets the same bytes be written again', async () => {
      const backend = await prepared()
      const name = newName()
      for (let i = 0; i < 2; i += 1) await backend.write('pack', name, [Buffer.from('same')], signal)
      assert.deepEqual(await listed(backend, 'pack'), [{ name, bytes: 4 }])
    })

    it('takes writes of many files at the same time', async () => {
      const backend = await prepared()
      const names = Array.from({ length: 60 }, newName)
      await Promise.all(names.map(name => backend.write('pack', name, [Buffer.from(name)], signal)))
      assert.deepEqual((await listed(backend, 'pack')).map(({ name }) => name).sort(), names.sort())
    })

    it('says not-found for a file that is missing', async () => {
      const backend = await prepared()
      const name = newName()
      await assert.rejects(backend.read('pack', name, null, signal), withCode('not-found', name))
      await assert.rejects(backend.read('index', name, { offset: 1, length: 1 }, signal), withCode('not-found', name))
    })

    it('says integrity, with the name, for a range beyond the end', async () => {
      const backend = await prepared()
      const name = newName()
      await backend.write('pack', name, [Buffer.from('0123456789')], signal)
      await assert.rejects(backend.read('pack', name, { offset: 5, length: 6 }, signal), withCode('integrity', name))
      await assert.rejects(backend.read('pack', name, { offset: 50, length: 1 }, signal), withCode('integrity', name))
    })

    it('removes a file, and minds no missing one', async () => {
      const backend = await prepared()
      const name = newName()
      await backend.write('lock', name, [Buffer.from('lock')], signal)
      for (let i = 0; i < 2; i += 1) await backend.remove('lock', name, signal)
      assert.equal(await backend.stat('lock', name, signal), null)
    })

    it('does nothing under a signal that is aborted', async () => {
      const backend = await prepared()
      const name = newName()
      await assert.rejects(backend.write('pack', name, [Buffer.from('x')], AbortSignal.abort()))
      assert.equal(await backend.stat('pack', name, signal), null)
    })
  })
}

/** Without the storage's own version. */
function plain({ name, bytes }: StoredFile): StoredFile {
  return { name, bytes }
}

async function listed(backend: Backend, kind: FileKind): Promise<StoredFile[]> {
  return (await Array.fromAsync(backend.list(kind, signal))).map(plain)
}

function newName(): string {
  return randomBytes(32).toString('hex')
}

function withCode(code: ErrorCode, named: string): (error: unknown) => boolean {
  return error => error instanceof BlackstartError && error.code === code && error.message.includes(named)
}

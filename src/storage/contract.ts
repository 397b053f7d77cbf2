import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
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
      const { name } = await written(backend, 'key', Buffer.from('key'))
      await backend.create(signal)
      assert.deepEqual(await listed(backend, 'key'), [{ name, bytes: 3 }])
    })

    it('gives back what was written, whole and in ranges, for every kind', async () => {
      const backend = await prepared()
      const parts = [randomBytes(1000), new Uint8Array(0), randomBytes(70_000)]
      const whole = Buffer.concat(parts)
      for (const kind of [...kinds, 'config'] as const) {
        const name = kind === 'config' ? 'config' : digestOf(whole)
        assert.deepEqual(plain(await backend.write(kind, name, parts, signal)), { name, bytes: whole.length })
        assert.deepEqual(plain((await backend.stat(kind, name, signal))!), { name, bytes: whole.length })
        assert.deepEqual(await listed(backend, kind), [{ name, bytes: whole.length }])
        assert.ok(whole.equals(await backend.read(kind, name, null, signal)))
        const range = { offset: 999, length: 3 }
        assert.ok(whole.subarray(999, 1002).equals(await backend.read(kind, name, range, signal)))
        const [none, last] = [
          { offset: 1000, length: 0 },
          { offset: whole.length - 5, length: 5 },
        ]
        assert.equal((await backend.read(kind, name, none, signal)).byteLength, 0)
        assert.ok(whole.subarray(-5).equals(await backend.read(kind, name, last, signal)))
      }
    })

    it('writes files of many parts, and empty ones', async () => {
      const backend = await prepared()
      const parts = Array.from({ length: 3000 }, (_, i) => Buffer.from(`part ${i} `))
      const [many, empty] = [digestOf(Buffer.concat(parts)), digestOf(Buffer.of())]
      await backend.write('pack', many, parts, signal)
      await backend.write('pack', empty, [], signal)
      assert.ok(Buffer.concat(parts).equals(await backend.read('pack', many, null, signal)))
      assert.equal((await backend.read('pack', empty, null, signal)).byteLength, 0)
      assert.deepEqual(await Array.fromAsync(backend.stream('pack', empty, 0, signal)), [])
    })

    it('streams a file, and says not-found for one that is missing', async () => {
      const backend = await prepared()
      const absent = newName()
      const whole = randomBytes(3_000_000)
      const { name } = await written(backend, 'pack', whole)
      const pieces: Buffer[] = []
      for await (const piece of backend.stream('pack', name, 0, signal)) pieces.push(Buffer.from(piece))
      assert.ok(whole.equals(Buffer.concat(pieces)))
      const end = await Array.fromAsync(backend.stream('pack', name, 2_999_990, signal), piece => Buffer.from(piece))
      assert.ok(whole.subarray(2_999_990).equals(Buffer.concat(end)))
      assert.deepEqual(await Array.fromAsync(backend.stream('pack', name, 3_000_000, signal)), [])
      for await (const _ of backend.stream('pack', name, 0, signal)) break // one that is left early costs nothing
      assert.equal((await backend.stat('pack', name, signal))?.bytes, 3_000_000)
      await assert.rejects(Array.fromAsync(backend.stream('pack', absent, 0, signal)), withCode('not-found', absent))
    })

    it('takes a file piece by piece, whose name comes last', async () => {
      const backend = await prepared()
      const upload = await backend.upload('pack', signal)
      const digest = createHash('sha256')
      const piece = Buffer.alloc(100_000)
      for (let i = 0; i < 20; i += 1) {
        digest.update(piece.fill(i))
        await upload.append(piece)
      }
      assert.deepEqual(await listed(backend, 'pack'), [])
      const name = digest.digest('hex')
      assert.deepEqual(plain(await upload.finish(name)), { name, bytes: 2_000_000 })
      await upload.discard()
      assert.equal((await backend.read('pack', name, { offset: 1_950_000, length: 1 }, signal))[0], 19)
    })

    it('forgets an upload that is discarded, and takes an empty one', async () => {
      const backend = await prepared()
      const upload = await backend.upload('pack', signal)
      await upload.append(randomBytes(100_000))
      await upload.discard()
      await upload.discard()
      assert.deepEqual(await listed(backend, 'pack'), [])
      const empty = await backend.upload('pack', signal)
      const name = digestOf(Buffer.of())
      assert.deepEqual(plain(await empty.finish(name)), { name, bytes: 0 })
    })

    it('lets the same bytes be written again', async () => {
      const backend = await prepared()
      for (let i = 0; i < 2; i += 1) await written(backend, 'pack', Buffer.from('same'))
      assert.deepEqual(await listed(backend, 'pack'), [{ name: digestOf(Buffer.from('same')), bytes: 4 }])
    })

    it('takes writes of many files at the same time', async () => {
      const backend = await prepared()
      const contents = Array.from({ length: 60 }, (_, i) => Buffer.from(`content ${i}`))
      await Promise.all(contents.map(content => written(backend, 'pack', content)))
      assert.deepEqual((await listed(backend, 'pack')).map(({ name }) => name).sort(), contents.map(digestOf).sort())
    })

    it('answers while listings and streams are open, however many', async () => {
      const backend = await prepared()
      const { name } = await written(backend, 'pack', randomBytes(1_000_000))
      const open = Array.from({ length: 12 }, async (_, i) => {
        const each = i % 2 === 0 ? backend.list('pack', signal) : backend.stream('pack', name, 0, signal)
        for await (const _ of each) assert.ok((await backend.stat('pack', name, signal)) !== null)
      })
      await Promise.all(open)
    })

    it('says not-found for a file that is missing', async () => {
      const backend = await prepared()
      const name = newName()
      await assert.rejects(backend.read('pack', name, null, signal), withCode('not-found', name))
      await assert.rejects(backend.read('index', name, { offset: 1, length: 1 }, signal), withCode('not-found', name))
    })

    it('says integrity, with the name, for a range beyond the end', async () => {
      const backend = await prepared()
      const { name } = await written(backend, 'pack', Buffer.from('0123456789'))
      await assert.rejects(backend.read('pack', name, { offset: 5, length: 6 }, signal), withCode('integrity', name))
      await assert.rejects(backend.read('pack', name, { offset: 50, length: 1 }, signal), withCode('integrity', name))
      // as a forged index may ask for
      const most = { offset: 0, length: 2 ** 32 - 1 }
      await assert.rejects(backend.read('pack', name, most, signal), withCode('integrity', name))
    })

    it('removes a file, and minds no missing one', async () => {
      const backend = await prepared()
      const { name } = await written(backend, 'lock', Buffer.from('lock'))
      for (let i = 0; i < 2; i += 1) await backend.remove('lock', name, signal)
      assert.equal(await backend.stat('lock', name, signal), null)
    })

    it('does nothing under a signal that is aborted, and throws its reason', async () => {
      const backend = await prepared()
      const { name } = await written(backend, 'pack', Buffer.from('here'))
      const reason = new Error('enough')
      const aborted = AbortSignal.abort(reason)
      const calls: (() => Promise<unknown>)[] = [
        () => backend.write('pack', digestOf(Buffer.from('x')), [Buffer.from('x')], aborted),
        () => backend.read('pack', name, null, aborted),
        () => backend.stat('pack', name, aborted),
        () => backend.remove('pack', name, aborted),
        () => Array.fromAsync(backend.list('pack', aborted)),
        () => Array.fromAsync(backend.stream('pack', name, 0, aborted)),
        () => backend.upload('pack', aborted),
      ]
      for (const call of calls) {
        await assert.rejects(
          () => call(),
          error => error === reason,
        )
      }
      assert.deepEqual(await listed(backend, 'pack'), [{ name, bytes: 4 }])
    })
  })
}

/** Writes a file under the digest of its content. */
export async function written(backend: Backend, kind: FileKind, content: Uint8Array): Promise<StoredFile> {
  return await backend.write(kind, digestOf(content), [content], signal)
}

export function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
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

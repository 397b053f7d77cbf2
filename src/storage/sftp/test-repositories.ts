/** What the tests of this folder share: repositories on real OpenSSH servers, and how an error must look. */
import assert from 'node:assert/strict'
import path from 'node:path'
import { inspect } from 'node:util'
import { type Sshd, type SshdOptions, sshdLacking, startSshd } from '../../../lab/peers/sshd.ts'
import { BlackstartError, type ErrorCode } from '../../errors.ts'
import type { Backend } from '../backend.ts'
import type { StorageAccess } from '../storage-access.ts'
import { sftpBackend } from './sftp-backend.ts'

export interface TestRepository {
  readonly backend: Backend
  /** Where it lies on this machine. */
  readonly folder: string
}

/** No posix-rename, fsync, statvfs or limits: as a server that knows SFTP version 3 and nothing beyond. */
export const withoutExtensions: SshdOptions = {
  config: ['ForceCommand internal-sftp -P posix-rename,fsync,statvfs,limits,lsetstat,expand-path,copy-data'],
}

export class TestRepositories implements AsyncDisposable {
  readonly #release = new AsyncDisposableStack()
  #next = 0

  /** An empty object where no sshd can run: then its tests are skipped. */
  async sshd(options: SshdOptions = {}): Promise<Sshd> {
    return sshdLacking === null ? this.#release.use(await startSshd(options)) : ({} as Sshd)
  }

  /** In a folder of its own, which is not there yet; with the server's own key where `access` says nothing. */
  on(sshd: Sshd, access: StorageAccess = {}, port = sshd.port): TestRepository {
    this.#next += 1
    const folder = `repository-${this.#next}`
    const sftp = access.sftp ?? { privateKey: sshd.privateKey, hostKey: sshd.hostKey }
    const place = `//${sshd.user}@127.0.0.1:${port}/${sshd.remote}/${folder}`
    const backend = this.#release.use(sftpBackend(place, { ...access, sftp }))
    return { backend, folder: path.join(sshd.folder, folder) }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#release.disposeAsync()
  }
}

/** For `assert.rejects`. `words` are in the message; `secret` is nowhere in the error. */
export function failing(code: ErrorCode, retry: boolean, words: readonly string[] = [], secret?: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof BlackstartError, inspect(error))
    assert.deepEqual([error.code, error.retry], [code, retry], error.message)
    for (const word of words) assert.ok(error.message.includes(word), error.message)
    if (secret !== undefined) assert.ok(!inspect(error, { depth: 8 }).includes(secret))
    return true
  }
}

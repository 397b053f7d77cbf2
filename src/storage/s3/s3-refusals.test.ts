import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, it, mock } from 'node:test'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3'
import { cephLacking } from '../../../lab/peers/ceph.ts'
import type { BlackstartError } from '../../errors.ts'
import { digestOf, written } from '../contract.ts'
import { s3Backend } from './s3-backend.ts'
import { ceph, failing, keys, onCeph, rawClient } from './test-buckets.ts'

const skip = cephLacking ?? false
const signal = AbortSignal.timeout(120_000)
const { port = 0 } = ceph ?? {}
after(() => ceph?.[Symbol.asyncDispose]())

describe('a server of S3 that refuses', { skip }, () => {
  const secret = 'hunter2-hunter2'

  it('says login-refused for keys that are wrong, whatever is asked first', async () => {
    await onCeph(port).create(signal)
    const unknown = { accessKeyId: 'NOBODY', secretAccessKey: secret }
    const wrong = { accessKeyId: keys.accessKeyId, secretAccessKey: secret }
    for (const s3 of [unknown, wrong]) {
      const backend = onCeph(port, { s3 })
      const refused = failing('login-refused', false, ['access key'], secret)
      await assert.rejects(backend.stat('config', 'config', signal), refused)
      await assert.rejects(backend.read('config', 'config', null, signal), refused)
      await assert.rejects(Array.fromAsync(backend.list('lock', signal)), refused)
      await assert.rejects(written(backend, 'lock', Buffer.from('x')), refused)
      await assert.rejects(backend.create(signal), refused)
    }
    const none = onCeph(port, { s3: {} })
    await assert.rejects(none.stat('config', 'config', signal), failing('login-refused', false, ['AWS_ACCESS_KEY_ID']))
  })

  it('says by how much the clock is wrong, and says it again', async () => {
    const backend = onCeph(port)
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 3 * 3_600_000 })
    try {
      const skewed = failing('login-refused', false, ['180 minutes (it is ahead)', 'Set the clock'])
      for (let i = 0; i < 2; i += 1) {
        await assert.rejects(backend.stat('config', 'config', signal), skewed)
        await assert.rejects(written(backend, 'lock', Buffer.from('x')), skewed)
      }
    } finally {
      mock.timers.reset()
    }
    assert.equal(await backend.stat('config', 'config', signal), null)
  })

  it('says permission where the key may read only, so that a restore needs no lock', async () => {
    const backend = await bucketWith('readers', ['s3:PutObject'])
    await assert.rejects(written(backend, 'lock', Buffer.from('x')), (error: unknown) => {
      return (
        failing('permission', false, ['s3:PutObject'])(error) && (error as BlackstartError).facts.system === 'EACCES'
      )
    })
  })

  it('says refused where nothing may be deleted', async () => {
    const backend = await bucketWith('keepers', ['s3:DeleteObject'])
    const { name } = await written(backend, 'pack', Buffer.from('x'))
    await assert.rejects(backend.remove('pack', name, signal), failing('refused', false, [name, 'locked']))
    assert.equal((await backend.stat('pack', name, signal))?.bytes, 1)
  })

  it('sends the session token, and says when it has expired', async () => {
    const tokens: unknown[] = []
    await using server = await startServer((request, answer) => {
      tokens.push(request.headers['x-amz-security-token'])
      answer.writeHead(400, { 'content-type': 'application/xml' })
      answer.end(request.method === 'HEAD' ? '' : '<Error><Code>ExpiredToken</Code><Message>old</Message></Error>')
    })
    await using backend = onCeph(server.port, { s3: { ...keys, sessionToken: secret } })
    const expired = failing('login-refused', false, ['session token'], secret)
    await assert.rejects(backend.stat('config', 'config', signal), expired)
    assert.deepEqual(tokens, [secret, secret])
  })

  it('is told apart from one that is none of S3, and from a bucket of another region', async () => {
    const answers = ['<html>Welcome<br></html>', '<html>Welcome</html>', '{}', '']
    await using server = await startServer((_, answer) => {
      const body = answers.shift()
      answer.writeHead(body === undefined ? 301 : 200, { 'x-amz-bucket-region': 'eu-west-3' })
      answer.end(body ?? '<Error><Code>PermanentRedirect</Code></Error>')
    })
    await using backend = onCeph(server.port)
    while (answers.length > 0) {
      await assert.rejects(Array.fromAsync(backend.list('lock', signal)), failing('protocol', false, ['none of S3']))
    }
    const elsewhere = failing('storage', false, ['another region', 's3.region'])
    await assert.rejects(Array.fromAsync(backend.list('lock', signal)), elsewhere)
    await assert.rejects(backend.stat('config', 'config', signal), elsewhere)
  })
})

describe('a bucket of S3 that keeps versions under a lock', { skip }, () => {
  it('tells the version of what was written, and gives it back after an overwriting and a deletion', async () => {
    const backend = await lockedBucket('versions')
    const content = Buffer.from('as it was')
    const { name, version } = await written(backend, 'pack', content)
    assert.ok(version)
    assert.deepEqual(await backend.stat('pack', name, signal), { name, bytes: content.length, version })
    await backend.write('pack', name, [Buffer.from('forged')], signal)
    await backend.remove('pack', name, signal)
    assert.equal(await backend.stat('pack', name, signal), null)
    await assert.rejects(backend.read('pack', name, null, signal), failing('not-found', false, [name]))
    assert.deepEqual(await Array.fromAsync(backend.list('pack', signal)), [])
    assert.ok(content.equals(await backend.readVersion('pack', name, version, null, signal)))
    const range = { offset: 3, length: 2 }
    assert.equal(Buffer.from(await backend.readVersion('pack', name, version, range, signal)).toString(), 'it')
    const beyond = { offset: 3, length: 20 }
    await assert.rejects(backend.readVersion('pack', name, version, beyond, signal), failing('integrity', false))
    const strange = `${version.slice(0, -1)}${version.endsWith('a') ? 'b' : 'a'}`
    await assert.rejects(backend.readVersion('pack', name, strange, null, signal), failing('not-found', false, [name]))
  })

  it('takes files under the lock, and says until when they cannot be deleted', async () => {
    const bucket = 'locked'
    const backend = await lockedBucket(bucket)
    const { name, version } = await written(backend, 'pack', Buffer.from('x'))
    const Key = `data/${name.slice(0, 2)}/${name}`
    const forced = rawClient().send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId: version }))
    await assert.rejects(forced, { name: 'AccessDenied' }) // so the lock holds
    await deny(bucket, ['s3:DeleteObject'])
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    await assert.rejects(backend.remove('pack', name, signal), failing('refused', false, [name, `until ${tomorrow}`]))
    await backend.remove('pack', digestOf(Buffer.of(1)), signal).catch((error: BlackstartError) => {
      assert.equal(error.code, 'refused') // the policy forbids that, too
    })
  })

  it('says that a legal hold is what keeps a file', async () => {
    const bucket = 'held'
    const backend = await lockedBucket(bucket, false)
    const { name, version } = await written(backend, 'pack', Buffer.from('x'))
    const Key = `data/${name.slice(0, 2)}/${name}`
    const hold = { Bucket: bucket, Key, VersionId: version, LegalHold: { Status: 'ON' } } as const
    await rawClient().send(new PutObjectLegalHoldCommand(hold))
    await deny(bucket, ['s3:DeleteObject'])
    await assert.rejects(backend.remove('pack', name, signal), failing('refused', false, ['legal hold']))
  })
})

async function lockedBucket(bucket: string, retention = true) {
  const raw = rawClient()
  await raw.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }))
  const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } as const
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const
  if (retention) await raw.send(new PutObjectLockConfigurationCommand({ Bucket: bucket, ObjectLockConfiguration }))
  return s3Backend(`http://127.0.0.1:${port}/${bucket}`, { s3: keys })
}

/** A bucket whose policy denies everybody some actions. */
async function bucketWith(bucket: string, actions: readonly string[]) {
  const backend = s3Backend(`http://127.0.0.1:${port}/${bucket}`, { s3: keys })
  await backend.create(signal)
  await deny(bucket, actions)
  return backend
}

async function deny(bucket: string, Action: readonly string[]): Promise<void> {
  const Statement = [{ Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${bucket}/*` }]
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await rawClient().send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
}

/** For answers that a Ceph does not give. */
async function startServer(listener: RequestListener): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import { startRestServer } from '../../../lab/peers/rest-server.ts'
import { backendContract } from '../contract.ts'
import { faultContract, type NetworkPeer } from '../fault-contract.ts'
import { httpFaultContract } from '../http/http-fault-contract.ts'
import { restBackend } from './rest-backend.ts'

const scratch = await mkdtemp(path.join(os.tmpdir(), 'blackstart-rest-'))
after(() => rm(scratch, { recursive: true, force: true }))

for (const version of [1, 2] as const) {
  const server = await startRestServer({ folder: scratch, version })
  after(() => server[Symbol.asyncDispose]())
  let next = 0
  backendContract(`rest (version ${version})`, async () => {
    next += 1
    return restBackend(`${server.url}v${version}/${next}/`, {})
  })
  const peer: NetworkPeer = {
    port: server.port,
    async open(port, access) {
      next += 1
      return restBackend(`http://127.0.0.1:${port}/v${version}/${next}/`, access)
    },
  }
  if (version === 2) faultContract('rest', async () => peer)
  httpFaultContract(`rest (version ${version})`, 'POST', async () => peer)
}

import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, FTPError } from 'basic-ftp'
import ssh2, { type SFTPWrapper } from 'ssh2'
import { type PlantState, users } from './plant-state.ts'

/** Files of a device, over its network connection. */
export interface DeviceFiles extends AsyncDisposable {
  read(path: string): Promise<Buffer>
  write(path: string, content: Buffer | string): Promise<void>
}

const busyPause = 300
const busyAttempts = 60

/** As a technician's tool connects; while the device is busy with another session, it waits for it, up to 18 s. */
export async function openFtpFiles(state: PlantState, device: 'plc-filler' | 'robot-palletiser'): Promise<DeviceFiles> {
  for (let attempt = 1; ; attempt += 1) {
    const client = new Client(10_000)
    try {
      await client.access({
        host: '127.0.0.1',
        port: state.ports[device],
        user: users[device],
        password: state.passwords[device],
      })
      return ftpFiles(client)
    } catch (error) {
      client.close()
      if (!(error instanceof FTPError) || error.code !== 421 || attempt === busyAttempts) throw error
      await sleep(busyPause)
    }
  }
}

function ftpFiles(client: Client): DeviceFiles {
  return {
    async read(path) {
      const parts: Buffer[] = []
      const sink = new Writable({
        write(part: Buffer, _encoding, done) {
          parts.push(part)
          done()
        },
      })
      await client.downloadTo(sink, path)
      return Buffer.concat(parts)
    },
    async write(path, content) {
      await client.uploadFrom(Readable.from([Buffer.from(content)]), path)
    },
    async [Symbol.asyncDispose]() {
      client.close()
    },
  }
}

export async function openSftpFiles(state: PlantState): Promise<DeviceFiles> {
  const client = new ssh2.Client()
  client.connect({
    host: '127.0.0.1',
    port: state.ports['hmi-filler'],
    username: users['hmi-filler'],
    password: state.passwords['hmi-filler'],
  })
  await once(client, 'ready')
  client.setNoDelay(true)
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
    client.sftp((error, session) => (error ? reject(error) : resolve(session))),
  )
  return {
    read: path =>
      new Promise((resolve, reject) =>
        sftp.readFile(path, (error, content) => (error ? reject(error) : resolve(content))),
      ),
    write: (path, content) =>
      new Promise((resolve, reject) => sftp.writeFile(path, content, error => (error ? reject(error) : resolve()))),
    async [Symbol.asyncDispose]() {
      const closed = once(client, 'close')
      client.end()
      await closed
    },
  }
}

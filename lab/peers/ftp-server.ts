import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFtpAccount } from './ftp-account.ts'

/** A real FTP server, running on a free port of 127.0.0.1. */
export interface FtpServer extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string
  readonly user: string
  readonly password: string
  /** The folder that the user sees as `/`. */
  readonly root: string
}

export interface FtpServerPlan {
  readonly program: string
  readonly environment?: Readonly<Record<string, string>>
  arguments(configuration: string): readonly string[]
  /** The configuration file's text; `folder` is for the server's own files. */
  configuration(place: { readonly folder: string; readonly root: string; readonly port: number }): Promise<string>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) break
    const socket = connect(port, '127.0.0.1')
    const up = await new Promise<boolean>(resolve => {
      socket
        .once('data', () => resolve(true))
        .once('error', () => resolve(false))
        .once('close', () => resolve(false))
      setTimeout(() => resolve(socket.readyState === 'open'), 300).unref()
    })
    socket.destroy()
    if (up) return
    await sleep(50)
  }
  throw new Error(`${child.spawnfile} does not answer`)
}

/** Starts a server with a folder and an account of its own; needs root. */
export async function startFtpServer(plan: FtpServerPlan): Promise<FtpServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'blackstart-ftp-'))
  const root = path.join(folder, 'root')
  await chmod(folder, 0o755)
  await mkdir(root)
  const account = makeFtpAccount(root)
  const stop = async (child?: ChildProcess) => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    account[Symbol.dispose]()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const port = await freePort()
    const configuration = path.join(folder, 'server.conf')
    await writeFile(configuration, await plan.configuration({ folder, root, port }))
    const child = spawn(plan.program, plan.arguments(configuration), {
      stdio: 'ignore',
      env: { ...process.env, ...plan.environment },
    })
    try {
      await answers(port, child)
    } catch (error) {
      child.kill('SIGTERM')
      throw error
    }
    return {
      address: `127.0.0.1:${port}`,
      user: account.user,
      password: account.password,
      root,
      [Symbol.asyncDispose]: () => stop(child),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

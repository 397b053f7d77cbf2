import { once } from 'node:events'
import ssh2, { type ClientChannel } from 'ssh2'
import { type PlantState, users } from './plant-state.ts'

/** Opens a parked port into the control network, over SSH, and saves nothing. Returns what was done, for a sentence. */
export async function tamperSwitch(state: PlantState): Promise<string> {
  const client = new ssh2.Client()
  client.connect({
    host: '127.0.0.1',
    port: state.ports['switch-cell'],
    username: users['switch-cell'],
    password: state.passwords['switch-cell'],
  })
  await once(client, 'ready')
  client.setNoDelay(true)
  try {
    const shell = await new Promise<ClientChannel>((resolve, reject) =>
      client.shell((error, channel) => (error ? reject(error) : resolve(channel))),
    )
    return await openPort(dialogue(shell), state.passwords['switch-cell-enable'])
  } finally {
    client.end()
  }
}

async function openPort(say: Say, enablePassword: string): Promise<string> {
  await say(null, />$/)
  await say('enable', /Password: $/)
  await say(enablePassword, /#$/)
  await say('terminal length 0', /#$/)
  const running = await say('show running-config', /\nend\r?\n[\s\S]*#$/)
  const { port, vlan } = choosePort(running)
  const parked = new RegExp(`interface ${port}\\r?\\n(?: [^\\n]*\\n)* shutdown`).test(running)
  const lines = [
    'configure terminal',
    `interface ${port}`,
    'description laptop JM',
    `switchport access vlan ${vlan}`,
    ...(parked ? ['no shutdown'] : []),
    'end',
  ]
  for (const line of lines) await say(line, /#$/)
  return `put port ${port} into VLAN ${vlan}${parked ? ' and opened it' : ''}, for a laptop, without writing it to the startup configuration`
}

/** A parked port into the control network; where there is none left, the last one goes to and fro between two networks. */
function choosePort(running: string): { port: string; vlan: number } {
  const parked = /interface (\S+)\r?\n description spare/.exec(running)
  if (parked?.[1] !== undefined) return { port: parked[1], vlan: 10 }
  const inControl = /interface GigabitEthernet1\/6\r?\n[^!]*access vlan 10\r?\n/.test(running)
  return { port: 'GigabitEthernet1/6', vlan: inControl ? 20 : 10 }
}

type Say = (line: string | null, until: RegExp) => Promise<string>

/** Types a line and waits, up to 5 s, until what came since ends as `until` says. */
function dialogue(shell: ClientChannel): Say {
  let heard = ''
  shell.setEncoding('latin1')
  shell.on('data', (text: string) => {
    heard += text
  })
  return async (line, until) => {
    if (line !== null) {
      heard = ''
      shell.write(`${line}\n`)
    }
    const limit = AbortSignal.timeout(5_000)
    while (!until.test(heard)) await once(shell, 'data', { signal: limit })
    return heard
  }
}

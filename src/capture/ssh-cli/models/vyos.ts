import { type CliModel, plainModel } from '../cli-model.ts'

/** VyOS in operational mode. It writes no end mark. */
export const vyos: CliModel = {
  ...plainModel,
  name: 'vyos',
  prompt: /^[\w.-]+@[\w.-]+(?::[^\s$#>]*)?[$#>]$/,
  captures: [
    { command: 'show configuration commands | no-more', file: 'configuration-commands.txt', endMark: null, facts: {} },
  ],
  facts: [
    {
      command: 'show version | no-more',
      patterns: {
        model: /^Hardware model:\s+(.+?)\s*$/m,
        firmware: /Version:\s+(VyOS \S+)/,
        serial: /^Hardware S\/N:\s+(\S+)/m,
      },
    },
  ],
  errors: [/^\s*invalid command/i, /command not found/i, /permission denied/i],
}

import { type CliModel, plainModel } from '../cli-model.ts'

/** Aruba AOS-CX. It writes no end mark. */
export const arubaCx: CliModel = {
  ...plainModel,
  name: 'aruba-cx',
  prompt: /^\s?[\w.@()/:+ -]+[#>]$/,
  enable: { command: 'enable', when: />$/, password: /password: ?$/i },
  pagers: [{ pattern: / ?-- ?MORE ?--(?:, next page: Space, next line: Enter, quit: q)? ?/i, answer: ' ' }],
  prepare: ['no page'],
  captures: [{ command: 'show running-config', file: 'running-config.txt', endMark: null, facts: {} }],
  facts: [
    {
      command: 'show system',
      patterns: {
        model: /^Product Name\s*: (.+?)\s*$/m,
        firmware: /^ArubaOS-CX Version\s*: (\S+)/m,
        serial: /^Chassis Serial Nbr\s*: (\S+)/m,
      },
    },
  ],
  errors: [/^% ?(?:Unknown|Invalid|Command|Ambiguous)/i, /^Invalid input/i, /cannot execute command/i],
}

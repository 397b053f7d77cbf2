import { type CliModel, plainModel } from '../cli-model.ts'

/** FRRouting, with vtysh as the login shell. A whole configuration ends with the line `end`. */
export const frr: CliModel = {
  ...plainModel,
  name: 'frr',
  prompt: /^[\w.@()/:+-]+[#>]$/,
  enable: { command: 'enable', when: />$/, password: /password: ?$/i },
  prepare: ['terminal length 0'],
  captures: [
    {
      command: 'show running-config',
      file: 'running-config.txt',
      endMark: { line: /^end$/, due: null },
      facts: {},
    },
  ],
  facts: [{ command: 'show version', patterns: { firmware: /^FRRouting (\S+)/m } }],
  errors: [/^% ?(?:Unknown|Command|Ambiguous|There is no)/i, /command not found/i],
}

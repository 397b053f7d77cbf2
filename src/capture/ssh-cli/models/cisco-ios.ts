import { type CliModel, plainModel } from '../cli-model.ts'

/** Cisco IOS, IOS XE, IE switches and Rockwell Stratix. A whole configuration ends with the line `end`. */
export const ciscoIos: CliModel = {
  ...plainModel,
  name: 'cisco-ios',
  prompt: /^[\w.@()/:+-]+[#>]$/,
  enable: { command: 'enable', when: />$/, password: /password: ?$/i },
  prepare: ['terminal length 0', 'terminal width 0'],
  captures: [
    {
      command: 'show running-config',
      file: 'running-config.txt',
      endMark: { line: /^end$/, due: null },
      facts: {},
    },
  ],
  facts: [
    {
      command: 'show version',
      patterns: {
        model: /^(?:model number\s*:\s*|cisco )(\S+)/im,
        firmware: /, Version ([^,\s]+)/,
        serial: /^(?:System serial number\s*:|Processor board ID) *(\S+)/im,
      },
    },
  ],
  // a switch that was restarted says `No configuration change since last restart`, whatever it started with
  changed: {
    command: 'show running-config | include ^! Last configuration change',
    line: /^! Last configuration change at .+$/m,
  },
  errors: [
    /^% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Authorization|Access|Permission)/i,
    /^Command authorization failed/i,
  ],
}

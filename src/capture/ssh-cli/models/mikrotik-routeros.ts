import { type CliModel, plainModel } from '../cli-model.ts'

/**
 * MikroTik RouterOS 7, one SSH channel a command: the terminal of RouterOS redraws its line at each key. It writes no end
 * mark; the device's own end of the channel proves the export whole.
 */
export const mikrotikRouteros: CliModel = {
  ...plainModel,
  name: 'mikrotik-routeros',
  transport: 'exec',
  prompt: /^\[[^\]]+@[^\]]+\] ?(?:\/\S* ?)*>$/,
  captures: [
    {
      command: '/export show-sensitive',
      file: 'export.rsc',
      endMark: null,
      facts: { model: /^# model = (.+?)\s*$/m, serial: /^# serial number = (\S+)/m },
    },
  ],
  facts: [
    {
      command: '/system resource print',
      patterns: { firmware: /^\s*version: (\S+)/m, board: /^\s*board-name: (.+?)\s*$/m },
    },
  ],
  errors: [
    /^(?:bad command name|expected |syntax error|no such |invalid |input does not match|failure:|not enough permissions)/i,
    /^#error exporting/i,
  ],
  logout: [],
}

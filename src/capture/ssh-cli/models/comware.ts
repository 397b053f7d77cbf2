import { type CliModel, plainModel } from '../cli-model.ts'

/**
 * HPE and H3C Comware. A whole configuration has a line ` version …` near its beginning and ends with the line `return`.
 * An output that lacks both is a part that somebody asked for, and ends with the prompt.
 */
export const comware: CliModel = {
  ...plainModel,
  name: 'comware',
  prompt: /^(?:<[^<>]+>|\[[^[\]]+\])$/,
  pagers: [{ pattern: /(?: {2})?-{4} ?More ?-{4} ?/i, answer: ' ' }],
  prepare: ['screen-length disable'],
  captures: [
    {
      command: 'display current-configuration',
      file: 'current-configuration.txt',
      endMark: { line: /^return$/, due: /^ ?version \d/m },
      facts: {},
    },
  ],
  facts: [
    {
      command: 'display version',
      patterns: { model: /^((?:HPE|H3C|HP) .+?) uptime is/m, firmware: /Comware Software, Version ([^\r\n]+?)\s*$/m },
    },
  ],
  errors: [/^\s*% ?(?:Unrecognized|Incomplete|Ambiguous|Too many|Wrong|Permission)/i, /permission denied/i],
  logout: ['quit'],
}

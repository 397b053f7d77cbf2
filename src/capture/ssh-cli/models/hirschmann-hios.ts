import { type CliModel, plainModel } from '../cli-model.ts'

/**
 * Hirschmann HiOS. It writes no end mark. Paging stays on, since `cli numlines` would change a setting that the device
 * keeps. Logging out with unsaved changes asks whether to save them: `n`, for a capture never writes.
 */
export const hirschmannHios: CliModel = {
  ...plainModel,
  name: 'hirschmann-hios',
  prompt: /^[!*]*(?:\[[^\]]+\]|\([^)]+\)) ?(?:\([^)]+\) ?)?[>#]$/,
  pagers: [{ pattern: / ?-+ ?more ?-+(?: or \(q\)uit)? ?/i, answer: ' ' }],
  enable: { command: 'enable', when: />$/, password: /password: ?$/i },
  captures: [{ command: 'show running-config script', file: 'running-config.txt', endMark: null, facts: {} }],
  facts: [
    {
      command: 'show system info',
      patterns: {
        model: /^Device hardware description\.{2,}(.+?)\s*$/m,
        firmware: /^Firmware software release \(RAM\)\.{2,}(\S+)/m,
        serial: /^Serial number\.{2,}(\S+)/m,
      },
    },
  ],
  errors: [
    /^error:/i,
    /^(?:unknown|invalid|incomplete|ambiguous) command/i,
    /permission denied|insufficient privileges/i,
  ],
  logout: ['logout', 'n'],
}

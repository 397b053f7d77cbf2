import { type CliModel, plainModel } from '../cli-model.ts'

/**
 * FortiOS: FortiGate, FortiManager, FortiAnalyzer. Each section, and so the whole, ends with the line `end`. Paging stays on,
 * since `config system console` would change a setting that the device keeps.
 */
export const fortios: CliModel = {
  ...plainModel,
  name: 'fortios',
  prompt: /^(?:\([A-Z]\) )?[\w.-]+(?:\([\w.-]+\))?(?: \([\w.-]+\))* ?[#$]$/,
  questions: [{ pattern: /\(Press 'a' to accept\): ?/, answer: 'a' }],
  captures: [{ command: 'show', file: 'configuration.conf', endMark: { line: /^end$/, due: null }, facts: {} }],
  facts: [
    {
      command: 'get system status',
      patterns: {
        model: /^(?:Version: |Platform Type\s*: )(\S+)/m,
        firmware: /^Version\s*: (?:Forti\S+ )?(v[\w.,-]+)/m,
        serial: /^Serial[- ]Number\s*: (\S+)/m,
      },
    },
  ],
  errors: [/^command parse error/i, /^Unknown action/i, /^Command fail/i, /permission denied/i],
}

/** Answers what a device asks: a pager, a banner to accept. */
export interface CliAnswer {
  /** Matched against the end of what the device sent, its control sequences aside. Without `$`. */
  readonly pattern: RegExp
  readonly answer: string
}

interface EndMark {
  /** The last line of a whole configuration, without blanks around it. */
  readonly line: RegExp
  /** Where some firmware writes no mark: it is due only when the output has this. Null: always due. */
  readonly due: RegExp | null
}

/** Facts to keep with the version; the first group of each pattern is the value. */
export type FactPatterns = Readonly<Record<string, RegExp>>

export interface CliCapture {
  readonly command: string
  /** Name of the entry. */
  readonly file: string
  /** Null where the device writes none: that its prompt came back, and answers, then proves the output whole. */
  readonly endMark: EndMark | null
  readonly facts: FactPatterns
}

export interface CliEnable {
  readonly command: string
  /** Prompts on which the step is due. */
  readonly when: RegExp
  /** The question for the password. */
  readonly password: RegExp
}

/** How one family of devices talks. Everything here only reads: no command may change what the device keeps. */
export interface CliModel {
  /** The value of `model` in the site file, and the format of the content for comparing. */
  readonly name: string
  /** `shell`: a dialogue on a terminal; `exec`: one SSH channel a command, no echo, no prompt. */
  readonly transport: 'shell' | 'exec'
  /** The whole line on which the device waits for a command, its control sequences and trailing blanks aside. */
  readonly prompt: RegExp
  readonly lineEnd: string
  /** Asked once, before the first prompt. */
  readonly questions: readonly CliAnswer[]
  readonly pagers: readonly CliAnswer[]
  readonly enable: CliEnable | null
  /** Commands of this session alone, such as paging off; one that the device does not know does no harm. */
  readonly prepare: readonly string[]
  readonly captures: readonly CliCapture[]
  /** Read for their facts and not kept: an uptime would make a version of every capture. */
  readonly facts: readonly { readonly command: string; readonly patterns: FactPatterns }[]
  /**
   * A command whose output has a line that differs after every change of the first file, and only then; null where the device
   * has none. No line: nothing is known.
   */
  readonly changed: { readonly command: string; readonly line: RegExp } | null
  /** First lines of an answer that mean: the device did not run the command. */
  readonly errors: readonly RegExp[]
  /** Sent without waiting for an answer. */
  readonly logout: readonly string[]
  /** Lines of echo before the output; null: recognised by the command in the first line. */
  readonly echoLines: number | null
}

/** What a model has when it says nothing else. */
export const plainModel = {
  transport: 'shell',
  lineEnd: '\n',
  questions: [],
  pagers: [{ pattern: / ?-{2,} ?more ?-{2,} ?/i, answer: ' ' }],
  enable: null,
  prepare: [],
  facts: [],
  changed: null,
  errors: [],
  logout: ['exit'],
  echoLines: null,
} as const satisfies Partial<CliModel>

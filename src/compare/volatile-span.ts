/** A stretch of a text that may differ without anybody having changed anything. */
export interface VolatileSpan {
  /** Offsets into the text: `start` up to, not including, `end`. */
  readonly start: number
  readonly end: number
  /** What stands there, for a person: `ExportDate`, `time of the last change`. */
  readonly what: string
  /** True for a secret that the device encrypts anew at every reading: it may have been changed as well. */
  readonly secret: boolean
}

export function volatileSpan(start: number, end: number, what: string): VolatileSpan {
  return { start, end, what, secret: false }
}

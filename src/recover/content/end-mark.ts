import { broken, type Opening, sound } from './opening.ts'

/** How a whole configuration of one kind of device ends. */
export interface EndMark {
  /** The last line, without blanks around it. */
  readonly line: RegExp
  /** Where some firmware writes no mark: it is due only when the content has this. Null: always due. */
  readonly due: RegExp | null
}

/** Content as the device gave it, one character a byte. */
export function checkEndMark(text: string, mark: EndMark): Opening {
  if (mark.due !== null && !mark.due.test(text)) return sound
  const last =
    text
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1)
      ?.trim() ?? ''
  if (mark.line.test(last)) return sound
  return broken(`the configuration lacks its end mark (${mark.line.source}): it is not whole`)
}

import { BlackstartError, reasonOf } from '../errors.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts'
import type { Output } from './output.ts'
import { streamText } from './stream-result.ts'

export interface Shapes<Item> {
  /** A plain JSON value, or null for what is for people only. */
  json(item: Item): unknown
  /** Lines for a person. */
  text(item: Item): string
}

/**
 * A result that comes item by item and may have no end in sight: with --json one array, else lines. A failure after the first
 * item is the array's last element, so that the document stays one; before it, it is thrown.
 */
export async function listResult<Item>(
  out: Output,
  items: AsyncIterable<Item>,
  shapes: Shapes<Item>,
): Promise<ExitCode> {
  let failure: { readonly error: unknown } | null = null
  let begun = false
  const pieces = async function* (): AsyncGenerator<string> {
    try {
      for await (const item of items) {
        const piece = out.json ? shapes.json(item) : shapes.text(item)
        if (piece === null || piece === '') continue
        yield out.json ? `${begun ? ',\n' : '[\n'}${JSON.stringify(piece)}` : `${piece}\n`
        begun = true
      }
    } catch (error) {
      if (!begun) throw error
      failure = { error }
      if (out.json) yield `,\n${JSON.stringify(errorElement(error))}`
    }
    if (out.json) yield begun ? '\n]\n' : '[]\n'
  }
  await streamText(out, pieces())
  return failure === null ? exitCodes.done : told(out, failure)
}

function errorElement(error: unknown): unknown {
  const code = error instanceof BlackstartError ? error.code : 'internal'
  return { message_type: 'error', error: { code, message: reasonOf(error) } }
}

function told(out: Output, { error }: { readonly error: unknown }): ExitCode {
  out.line(reasonOf(error))
  return exitCodeOf(error)
}

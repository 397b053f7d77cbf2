import type { FastifyInstance } from 'fastify'
import { refusal } from '../refusal.ts'

const mostDepth = 32
const mostValues = 100_000

/** JSON alone is taken: never deeper, and of no more values, than a request of ours could be. */
export function takeJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  const parse = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = typeof body === 'string' ? body : body.toString('utf8')
    // a browser sends a write without a body as one that is empty
    if (text === '') return done(null, undefined)
    if (isTooMuch(text)) return done(refusal('invalid', 'The JSON of the request is too deep, or holds too much.'))
    parse(request, text, (error, value) => {
      if (error === null) done(null, value)
      else done(refusal('invalid', 'The body of the request is no JSON that is taken here.'))
    })
  })
}

/** Counted before it is parsed. */
export function isTooMuch(text: string): boolean {
  let [depth, values, inString] = [0, 0, false]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (inString) {
      if (sign === 0x5c) at += 1
      else if (sign === 0x22) inString = false
    } else if (sign === 0x22) inString = true
    else if (sign === 0x7b || sign === 0x5b) depth += 1
    else if (sign === 0x7d || sign === 0x5d) depth -= 1
    else if (sign === 0x2c) values += 1
    if (depth > mostDepth || values > mostValues) return true
  }
  return false
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { BlackstartError } from '../errors.ts'
import type { ApiContext } from './api-context.ts'
import { toldError } from './error-status.ts'
import type { ApiError } from './schema/error.ts'

const mostProblems = 20

/** The one shape of an error. What we did wrong is logged, and told without its words. */
export function sendError(context: ApiContext, error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, retryAfter, body } = answerOf(context, error)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  // a stack, or what a device said, is never taken for a page
  reply.code(status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body)
}

/**
 * As `sendError`; but a person who followed a plain link in a browser is led to a page instead, where the refusal is said in
 * their language. `to`: that page, for a code of ours; nothing of what was thrown stands in it.
 */
export function sendErrorToPage(
  context: ApiContext,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  to: (code: string) => string,
): void {
  if (!isVisit(request)) sendError(context, error, request, reply)
  else reply.serializer(String).redirect(to(answerOf(context, error).body.error.code), 303)
}

/** Whether a browser shows the answer to a person. Fetch Metadata, 2.2; older browsers say what they would like. */
function isVisit({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode']
  return mode === undefined ? (headers.accept ?? '').includes('text/html') : mode === 'navigate'
}

interface Answer {
  readonly status: number
  readonly retryAfter?: number
  readonly body: ApiError
}

function answerOf(context: ApiContext, error: unknown): Answer {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.slice(0, mostProblems).map(({ instancePath, message }) => ({
      path: `${error.validationContext ?? ''}${instancePath}`.slice(0, 200),
      message: (message ?? '').slice(0, 300),
    }))
    const message = `The request is wrong: ${problems.map(one => `${one.path}: ${one.message}`).join('; ')}`
    return { status: 400, body: { error: { code: 'invalid', message: message.slice(0, 1_000), problems } } }
  }
  const told = toldError(error)
  if (told === null) {
    context.onMistake(error)
    const message = 'Something went wrong in the node itself; its log says what. Please report it.'
    return { status: 500, body: { error: { code: 'internal', message } } }
  }
  const { status, code, message, retryAfter } = told
  const more = error instanceof BlackstartError ? factsOf(error) : {}
  const again = retryAfter === undefined ? {} : { retryAfter }
  return { status, ...again, body: { error: { code, message, ...more, ...again } } }
}

function factsOf({ code, facts }: BlackstartError): Pick<ApiError['error'], 'site' | 'meant'> {
  if (code === 'site-invalid' && Array.isArray(facts.problems)) return { site: facts.problems }
  return code === 'not-found' && typeof facts.meant === 'string' ? { meant: facts.meant } : {}
}

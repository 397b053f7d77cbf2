import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { BlackstartError } from '../errors.ts'
import { may } from '../node/people/may.ts'
import type { ApiContext } from './api-context.ts'
import { toldError } from './error-status.ts'
import type { ApiError } from './schema/error.ts'

const mostProblems = 20

/** The one shape of an error. What we did wrong is logged, and told without its words. */
export function sendError(context: ApiContext, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, retryAfter, body } = answerOf(context, error, request)
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
  else reply.serializer(String).redirect(to(answerOf(context, error, request).body.error.code), 303)
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

function answerOf(context: ApiContext, error: unknown, request: FastifyRequest): Answer {
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
  const { status, code, retryAfter } = told
  const message = isOfDirectory(error) && !managesPeople(request) ? hushed(context, told.message) : told.message
  const more = error instanceof BlackstartError ? factsOf(error) : {}
  const again = retryAfter === undefined ? {} : { retryAfter }
  return { status, ...again, body: { error: { code, message, ...more, ...again } } }
}

/** What it says of a directory: addresses, what it answered. */
function isOfDirectory(error: unknown): boolean {
  return error instanceof BlackstartError && typeof error.facts.directory === 'string'
}

function managesPeople({ visitor }: FastifyRequest): boolean {
  return visitor != null && may(visitor.person, 'manage-people', null)
}

/** Milliseconds within which the log is told the same once: whoever signs in may try as often as they like. */
const logEvery = 60_000
const logged = new WeakMap<ApiContext, { readonly message: string; readonly at: number }>()

/** What a stranger is told instead; the log is told what it was. */
function hushed(context: ApiContext, message: string): string {
  const last = logged.get(context)
  const at = performance.now()
  if (last === undefined || last.message !== message || at - last.at > logEvery) {
    logged.set(context, { message, at })
    context.onMistake(`Somebody could not sign in. ${message}`)
  }
  return "The directory cannot be asked now; the node's log says why. Local accounts go on working."
}

function factsOf({ code, facts }: BlackstartError): Pick<ApiError['error'], 'site' | 'meant'> {
  if (code === 'site-invalid' && Array.isArray(facts.problems)) return { site: facts.problems }
  return code === 'not-found' && typeof facts.meant === 'string' ? { meant: facts.meant } : {}
}

import { parentPort } from 'node:worker_threads'
import { BlackstartError } from '../../errors.ts'
import { type Proposed, type SiteTexts, siteWork } from './site-work.ts'

export type SiteQuestion =
  | { readonly kind: 'check' | 'compare'; readonly about: SiteTexts }
  | { readonly kind: 'propose'; readonly about: Proposed }

export type SiteReply =
  | { readonly answer: unknown }
  | { readonly refused: Pick<BlackstartError, 'code' | 'message' | 'facts'> }

parentPort?.on('message', (question: SiteQuestion) => {
  answerTo(question).then(
    reply => parentPort?.postMessage(reply),
    // a mistake of ours: the thread ends with it
    (error: unknown) => queueMicrotask(() => Promise.reject(error)),
  )
})

async function answerTo(question: SiteQuestion): Promise<SiteReply> {
  try {
    const answer =
      question.kind === 'propose' ? siteWork.propose(question.about) : siteWork[question.kind](question.about)
    return { answer: await answer }
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    const { code, message, facts } = error
    return { refused: { code, message, facts } }
  }
}

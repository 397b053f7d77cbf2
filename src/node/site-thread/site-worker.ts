import { parentPort } from 'node:worker_threads'
import { BlackstartError } from '../../errors.ts'
import { type Proposed, type SiteTexts, siteWork } from './site-work.ts'

export type SiteQuestion =
  | { readonly kind: 'check'; readonly about: Parameters<typeof siteWork.check>[0] }
  | { readonly kind: 'compare'; readonly about: SiteTexts }
  | { readonly kind: 'countErrors'; readonly about: string }
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
    return { answer: await work(question) }
  } catch (error) {
    if (!(error instanceof BlackstartError)) throw error
    const { code, message, facts } = error
    return { refused: { code, message, facts } }
  }
}

function work(question: SiteQuestion): Promise<unknown> {
  switch (question.kind) {
    case 'check':
      return siteWork.check(question.about)
    case 'compare':
      return siteWork.compare(question.about)
    case 'countErrors':
      return siteWork.countErrors(question.about)
    case 'propose':
      return siteWork.propose(question.about)
  }
}

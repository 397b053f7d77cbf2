import { answerInterview, interviewView } from '../../node/views/interview.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite } from '../guard/access.ts'
import { interview, interviewAnswered, interviewAnswers } from '../schema/interview.ts'
import { processParams } from '../schema/risk.ts'

const address = '/api/processes/:process/interview'

/** What a process can bear, asked in words; what comes out is saved as any change of the site file. */
export function interviewRoutes(server: Server, { node, thread }: ApiContext): void {
  server.get(
    address,
    {
      config: { access: inSite('read'), etag: true },
      schema: {
        summary: 'What is asked about a process, with what is known now',
        params: processParams,
        response: { 200: interview },
      },
    },
    async request => interviewView(node.site(), request.params.process),
  )
  server.post(
    address,
    {
      // it writes nothing
      config: { access: inSite('edit-site') },
      schema: {
        summary: 'What follows from answers, and the site file that would hold them',
        params: processParams,
        body: interviewAnswers,
        response: { 200: interviewAnswered },
      },
    },
    async request =>
      answerInterview({ inForce: node.site(), thread }, request.params.process, request.body, request.gone),
  )
}

import { checkSiteText, siteTextView, siteVersion, siteVersions } from '../../node/views/site-text.ts'
import { vocabularyOf } from '../../node/views/vocabulary.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite, inSome } from '../guard/access.ts'
import { actorOf } from '../guard/visitor.ts'
import { refusal } from '../refusal.ts'
import { pageQuery } from '../schema/common.ts'
import {
  siteBody,
  siteChecked,
  siteText,
  siteVersion as siteVersionAnswer,
  siteVersionParams,
  siteVersions as siteVersionsAnswer,
  vocabulary,
} from '../schema/site.ts'
import { archiveFor, visitorIn } from './asked.ts'

const bodyLimit = 4 * 1024 * 1024

export function siteRoutes(server: Server, { node }: ApiContext): void {
  const read = { access: inSite('read'), etag: true }
  server.get(
    '/api/site',
    { config: read, schema: { summary: 'The site file that is in force', response: { 200: siteText } } },
    async () => siteTextView(node.site()),
  )
  server.post(
    '/api/site/check',
    {
      bodyLimit,
      // it writes nothing
      config: { access: inSite('edit-site') },
      schema: {
        summary: 'What is wrong with a text, and what it changes',
        body: siteBody,
        response: { 200: siteChecked },
      },
    },
    async request => checkSiteText(node.site(), request.body.text, request.gone),
  )
  server.put(
    '/api/site',
    {
      bodyLimit,
      config: { access: inSite('edit-site') },
      schema: { summary: 'Save the site file; If-Match: its etag', body: siteBody, response: { 200: siteText } },
    },
    async request => {
      const match = /^"?([0-9a-f]{64})"?$/.exec(request.headers['if-match'] ?? '')?.[1]
      if (match === undefined) throw refusal('no-etag', 'Say in If-Match which text you have changed: its etag.')
      if (match !== node.site().etag && node.site().refused === null) {
        throw refusal(
          'changed',
          'The site file has changed since you opened it. Nothing was written: look at it again.',
        )
      }
      return siteTextView(await node.changeSite(request.body.text, match, actorOf(visitorIn(request))))
    },
  )
  server.get(
    '/api/site/versions',
    {
      config: read,
      schema: {
        summary: 'Versions of the site definition, newest first',
        querystring: pageQuery,
        response: { 200: siteVersionsAnswer },
      },
    },
    async request => siteVersions(archiveFor(node, request), request.query, request.gone),
  )
  server.get(
    '/api/site/versions/:version',
    {
      config: read,
      schema: {
        summary: 'One version of the site definition, and how it differs from the one in force',
        params: siteVersionParams,
        response: { 200: siteVersionAnswer },
      },
    },
    async request => siteVersion(archiveFor(node, request), node.site(), request.params.version, request.gone),
  )
  server.get(
    '/api/vocabulary',
    {
      config: { access: inSome('read'), etag: true },
      schema: { summary: 'What filters and forms choose from', response: { 200: vocabulary } },
    },
    async request => vocabularyOf(archiveFor(node, request), node.judged()),
  )
}

import { siteCheck, siteTextView, siteVersion, siteVersions } from '../../node/views/site-text.ts'
import { vocabularyOf } from '../../node/views/vocabulary.ts'
import type { ApiContext, Server } from '../api-context.ts'
import { inSite, inSome, sightOf } from '../guard/access.ts'
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
/** 2,000 assets with 10,000 items take 1.1 MB, and 80,000 of these signs. */
const most = { bytes: 2 * 1024 * 1024, signs: 150_000 }

/** It is parsed in one go: what is no site file of a plant is not begun with. Throws `too-large`. */
function tameText(text: string): string {
  let signs = 0
  for (let at = 0; at < text.length && signs <= most.signs; at += 1) {
    const sign = text.charCodeAt(at)
    // what begins another value: an end of line , [ {
    if (sign === 0x0a || sign === 0x2c || sign === 0x5b || sign === 0x7b) signs += 1
  }
  if (signs <= most.signs && Buffer.byteLength(text) <= most.bytes) return text
  throw refusal('too-large', 'This is more than a site file of thousands of assets holds: nothing was read of it.')
}

export function siteRoutes(server: Server, { node, thread }: ApiContext): void {
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
    async request => {
      const after = tameText(request.body.text)
      const at = { archive: archiveFor(node, request), inForce: node.site(), thread }
      return siteCheck(at, after, request.gone)
    },
  )
  server.put(
    '/api/site',
    {
      bodyLimit,
      // whoever edits the site can have any file of this machine captured
      config: { access: inSite('edit-site'), proof: true },
      schema: { summary: 'Save the site file; If-Match: its etag', body: siteBody, response: { 200: siteText } },
    },
    async request => {
      const match = /^"?([0-9a-f]{64})"?$/.exec(request.headers['if-match'] ?? '')?.[1]
      if (match === undefined) throw refusal('no-etag', 'Say in If-Match which text you have changed: its etag.')
      if (match !== (node.site().refused ?? node.site()).etag) {
        throw refusal(
          'changed',
          'The site file has changed since you opened it. Nothing was written: look at it again.',
        )
      }
      return siteTextView(await node.changeSite(tameText(request.body.text), match, actorOf(visitorIn(request))))
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
    async request => siteVersions({ archive: archiveFor(node, request), thread }, request.query, request.gone),
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
    async request => {
      const at = { archive: archiveFor(node, request), inForce: node.site(), thread }
      return siteVersion(at, request.params.version, request.gone)
    },
  )
  server.get(
    '/api/vocabulary',
    {
      config: { access: inSome('read'), etag: true },
      schema: { summary: 'What filters and forms choose from', response: { 200: vocabulary } },
    },
    async request => vocabularyOf(archiveFor(node, request), node.judged(), sightOf(visitorIn(request))),
  )
}

import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { testApi } from './test-api.ts'

test('whoever is signed in takes the certificate of the authority along, as the command prints it, and no key', async () => {
  await using api = await testApi()
  assert.equal((await api.ask('/api/authority')).status, 401)
  const cell = await api.as('cell-operator')
  const { json, text } = await cell.ask('/api/authority')
  const { fingerprint256, ca } = new X509Certificate(json.certificate)
  assert.deepEqual([json.fingerprint, ca], [fingerprint256, true])
  assert.doesNotMatch(text, /PRIVATE|sealed/)
  const file = await cell.ask('/api/authority/pem')
  assert.equal(file.headers.get('content-type'), 'application/x-pem-file')
  assert.match(String(file.headers.get('content-disposition')), /attachment; filename="blackstart-authority\.pem"/)
  const printed = await api.site.run(['authority'])
  assert.equal(printed.out.trim(), file.text.trim())
  assert.match(printed.err, new RegExp(fingerprint256))
})

test('a site without an authority says so', async () => {
  await using api = await testApi()
  await rm(api.site.at('data', 'identity', 'authority.json'), { force: true })
  const { status, json } = await (await api.as('viewer')).ask('/api/authority')
  assert.deepEqual([status, json.error.code], [404, 'not-found'])
})

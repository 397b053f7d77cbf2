import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { ChannelTarget, Outgoing } from '../channel.ts'
import { notice, testCertificate, testFolder } from '../test-rig.ts'
import { composeMail, escapeHtml } from './compose-mail.ts'
import { email } from './email.ts'
import { type EmailOptions, emailOptions } from './email-options.ts'

const patience = () => AbortSignal.timeout(20_000)
const password = 'correct horse battery'

interface MailServer {
  readonly port: number
  readonly mails: {
    readonly raw: string
    readonly from: string
    readonly to: string[]
    readonly user: unknown
    readonly secure: boolean
  }[]
}

async function mailServer(t: TestContext, options: SMTPServerOptions): Promise<MailServer> {
  const mails: MailServer['mails'] = []
  const server = new SMTPServer({
    logger: false,
    socketTimeout: 20_000,
    disableReverseLookup: true,
    onAuth(auth, _session, callback) {
      const good = auth.username === 'node' && auth.password === password
      if (good) callback(null, { user: 'node' })
      // as talkative servers do
      else callback(new Error(`bad credentials ${auth.username} ${auth.password}`))
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const raw = Buffer.concat(chunks).toString('latin1')
        mails.push({ raw, from, to: rcptTo.map(one => one.address), user: session.user, secure: session.secure })
        callback(null, 'taken')
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  t.after(() => new Promise<void>(done => server.close(() => done())))
  const address = server.server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, mails }
}

function targetOf(folder: string, options: object, secret: string = password): ChannelTarget<EmailOptions> {
  const parsed = emailOptions.parse({
    ...{ host: '127.0.0.1', from: 'blackstart@plant.example', to: ['shift@plant.example', 'lead@plant.example'] },
    ...options,
  })
  const site = { name: 'Saint-Aubin', timezone: 'Europe/Paris' }
  return { id: 'mail', options: parsed, folder, hostname: 'node-1', site, secret: () => secret }
}

const difference = '-speed = 10\n+speed = 12  <b>"x" & \'y\'</b>'
const outgoing: Outgoing = {
  id: '0123456789abcdef0123456789abcdef',
  time: new Date('2026-11-23T05:00:01Z'),
  digest: false,
  notices: [notice({ body: difference, facts: { files: 2 } })],
}

/** Headers by their small names, and the body; folded lines joined. */
function parseMail(raw: string) {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const match = /^([A-Za-z-]+): (.*)$/.exec(line)
    assert.ok(match, `no header: ${line}`)
    const name = match[1]?.toLowerCase() ?? ''
    assert.ok(!headers.has(name), `${name} is given twice`)
    headers.set(name, match[2] ?? '')
  }
  return { headers, body: rest.join('\r\n\r\n') }
}

/** The decoded parts of a multipart body, by their type. */
function partsOf(raw: string): Map<string, string> {
  const { headers, body } = parseMail(raw)
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1]
  assert.ok(boundary)
  const parts = body.split(`--${boundary}`).slice(1, -1)
  return new Map(
    parts.map(part => {
      const { headers: own, body: content } = parseMail(part.replace(/^\r\n/, ''))
      const encoding = own.get('content-transfer-encoding')
      const bytes =
        encoding === 'base64'
          ? Buffer.from(content, 'base64')
          : encoding === 'quoted-printable'
            ? Buffer.from(
                content
                  .replace(/=\r\n/g, '')
                  .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
                'latin1',
              )
            : Buffer.from(content, 'latin1')
      return [/^[^;]+/.exec(own.get('content-type') ?? '')?.[0] ?? '', bytes.toString('utf8').replaceAll('\r\n', '\n')]
    }),
  )
}

test('a mail goes over STARTTLS with a login, to everybody, with the difference as text and escaped as HTML', async t => {
  const folder = await testFolder(t)
  const server = await mailServer(t, await testCertificate(folder))
  const options = { port: server.port, security: 'starttls', ca: 'ca.pem', user: 'node', secret: 'smtp' }
  assert.equal(await email.send(targetOf(folder, options), outgoing, patience()), null)
  const [mail] = server.mails
  assert.ok(mail && server.mails.length === 1)
  assert.deepEqual([mail.secure, mail.user, mail.from], [true, 'node', 'blackstart@plant.example'])
  assert.deepEqual(mail.to, ['shift@plant.example', 'lead@plant.example'])
  const { headers } = parseMail(mail.raw)
  assert.equal(headers.get('subject'), '[Saint-Aubin] Drift: plc-filler/program differs from the approved version')
  assert.equal(headers.get('message-id'), `<${outgoing.id}@plant.example>`)
  assert.match(headers.get('in-reply-to') ?? '', /^<thread\.[0-9a-f]{32}@plant\.example>$/)
  assert.equal(headers.get('references'), headers.get('in-reply-to'))
  assert.equal(headers.get('auto-submitted'), 'auto-generated')
  const parts = partsOf(mail.raw)
  const text = parts.get('text/plain') ?? ''
  assert.ok(text.includes(difference))
  assert.match(text, /^Drift · warning · 2026-11-23 06:00:00\nplc-filler\/program · zone cell-a · class high\n/)
  const html = parts.get('text/html') ?? ''
  assert.ok(html.includes('+speed = 12  &lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;'))
  assert.ok(!html.includes('</b></pre>'))
})

test('TLS from the start, and no encryption on this machine, work too', async t => {
  const folder = await testFolder(t)
  const tls = await mailServer(t, { ...(await testCertificate(folder)), secure: true, authOptional: true })
  await email.send(targetOf(folder, { port: tls.port, security: 'tls', ca: 'ca.pem' }), outgoing, patience())
  const plain = await mailServer(t, { disabledCommands: ['STARTTLS'], authOptional: true })
  await email.send(targetOf(folder, { port: plain.port }), outgoing, patience())
  assert.deepEqual([tls.mails[0]?.secure, plain.mails[0]?.secure], [true, false])
})

test('where STARTTLS is asked for and not offered, or the certificate is not vouched for, nothing is sent', async t => {
  const folder = await testFolder(t)
  const none = await mailServer(t, { disabledCommands: ['STARTTLS'], authOptional: true })
  const login = { user: 'node', secret: 'smtp', security: 'starttls' }
  await assert.rejects(email.send(targetOf(folder, { port: none.port, ...login }), outgoing, patience()), {
    code: 'protocol',
    message: /^mail: .*options\.security/,
  })
  const unknown = await mailServer(t, await testCertificate(folder))
  await assert.rejects(
    email.send(targetOf(folder, { port: unknown.port, ...login }), outgoing, patience()),
    namesChannel,
  )
  assert.deepEqual([none.mails, unknown.mails], [[], []])
})

function namesChannel(error: unknown): true {
  assert.ok(error instanceof Error && error.name === 'BlackstartError')
  assert.match(error.message, /^mail: /)
  return true
}

test('a refused login names the secret, and never shows it, whatever the server repeats', async t => {
  const folder = await testFolder(t)
  const server = await mailServer(t, await testCertificate(folder))
  const options = { port: server.port, security: 'starttls', ca: 'ca.pem', user: 'node', secret: 'smtp' }
  const sending = email.send(targetOf(folder, options, 'hunter22-secret'), outgoing, patience())
  await assert.rejects(sending, error => {
    assert.ok(error instanceof Error)
    assert.match(error.message, /refused the login.*bad credentials node \*\*\*.*blackstart secrets set smtp/)
    assert.ok(!JSON.stringify(error, Object.getOwnPropertyNames(error)).includes('hunter22'))
    assert.equal(error.cause, undefined)
    return true
  })
})

test('a message that the server will never take is told apart from one that may be tried again', async t => {
  const code = (responseCode: number) => Object.assign(new Error('no'), { responseCode })
  const folder = await testFolder(t)
  for (const [status, expected] of [
    [552, 'refused'],
    [451, 'protocol'],
  ] as const) {
    const server = await mailServer(t, {
      ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
      onData: (stream, _session, callback) => stream.resume().on('end', () => callback(code(status))),
    })
    await assert.rejects(email.send(targetOf(folder, { port: server.port }), outgoing, patience()), { code: expected })
  }
})

test('a recipient that is refused is told, and the others have the mail', async t => {
  const server = await mailServer(t, {
    ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
    onRcptTo: ({ address }, _session, callback) =>
      callback(address.startsWith('lead') ? new Error('no such user') : null),
  })
  const complaint = await email.send(targetOf('/', { port: server.port }), outgoing, patience())
  assert.match(complaint ?? '', /refused the recipients lead@plant\.example/)
  assert.deepEqual(server.mails[0]?.to, ['shift@plant.example'])
})

test('an abort ends the sending at once', async t => {
  const server = await mailServer(t, { authOptional: true, onConnect: () => undefined })
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  await assert.rejects(email.send(targetOf('/', { port: server.port }), outgoing, stop.signal), { name: 'AbortError' })
})

test('no title, name or difference breaks out of a header or the HTML part', async t => {
  const server = await mailServer(t, { authOptional: true, disabledCommands: ['STARTTLS'] })
  const target = { ...targetOf('/', { port: server.port }), site: { name: 'A\r\nBcc: x@y', timezone: 'UTC' } }
  const unit = fc.constantFrom(
    '\r\n',
    '\n',
    '\0',
    ':',
    '<',
    '>',
    '"',
    '=?utf-8?Q?',
    '?=',
    '\u202e',
    ' ',
    'Bcc: x@y.z',
    'ü',
    'a',
    '.',
  )
  const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit, maxLength: 40 }))
  const usual = [
    'mime-version',
    'content-type',
    'from',
    'to',
    'subject',
    'message-id',
    'in-reply-to',
    'references',
    'date',
    'auto-submitted',
  ]
  const run = fc.asyncProperty(hostile, hostile, hostile, async (title, subject, body) => {
    const one = notice({ title, subject: `s${subject}`, body, facts: { [`f${title}`]: body } })
    await email.send(target, { ...outgoing, notices: [one] }, patience())
    const { raw } = server.mails.at(-1)!
    const { headers } = parseMail(raw)
    assert.deepEqual([...headers.keys()].sort(), usual.toSorted())
    assert.deepEqual(server.mails.at(-1)?.to, ['shift@plant.example', 'lead@plant.example'])
    const html = partsOf(raw).get('text/html') ?? ''
    const tags = new Set(html.match(/<[^>]*>/g)?.map(tag => tag.replace(/ style="[^"]*"/, '')))
    const known = [
      '!doctype html',
      'html',
      'head',
      'meta charset="utf-8"',
      'body',
      'div',
      'p',
      'br',
      'b',
      'ul',
      'li',
      'pre',
    ]
    for (const tag of tags) assert.ok(known.includes(tag.slice(1, -1).replace(/^\//, '')), tag)
  })
  await fc.assert(run, { numRuns: 60 })
})

test('text that is escaped for HTML reads the same, and holds no mark of its own', () => {
  const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", ';', 'l', 't', '#') }), text => {
      const escaped = escapeHtml(text)
      assert.doesNotMatch(escaped, /[<>"']/)
      assert.equal(
        escaped.replace(/&(?:lt|gt|quot|#39|amp);/g, entity => characters[entity] ?? ''),
        text,
      )
    }),
  )
})

test('many notices share a mail, which names their kinds, and only bodies that fit are in it', () => {
  const target = targetOf('/', {})
  const body = 'x'.repeat(60_000)
  const notices = Array.from({ length: 10 }, (_, index) =>
    notice({ id: `${index}`, body, kind: index < 3 ? 'failure' : 'drift' }),
  )
  const mail = composeMail(target, { ...outgoing, notices })
  assert.equal(mail.subject, '[Saint-Aubin] 10 notices: 7 drift, 3 failure')
  assert.equal(mail.text.split(body).length - 1, 4)
  assert.equal(mail.text.split('[not shown here: the mail is full]').length - 1, 6)
  const digest = composeMail(target, { ...outgoing, digest: true })
  assert.equal(digest.subject, '[Saint-Aubin] Digest: 1 drift')
})

test('mails about one item share a thread, mails about several have none', () => {
  const target = targetOf('/', {})
  const thread = (...subjects: string[]) =>
    composeMail(target, { ...outgoing, notices: subjects.map(subject => notice({ subject })) }).inReplyTo
  assert.equal(thread('a/b'), thread('a/b', 'a/b'))
  assert.notEqual(thread('a/b'), thread('a/c'))
  assert.equal(thread('a/b', 'a/c'), null)
})

test('options that would send a password in clear text, or are half given, are refused', () => {
  const base = { host: '10.1.3.25', from: 'a@b', to: ['c@d'] }
  const refused = [
    { ...base, security: 'none', user: 'u', secret: 's' },
    { ...base, user: 'u' },
    { ...base, secret: 's' },
    { ...base, from: 'A <a@b>' },
    { ...base, to: ['c@d\r\nBcc: e@f'] },
    { ...base, to: [] },
    { ...base, password: 'x' },
  ]
  for (const options of refused) assert.equal(emailOptions.safeParse(options).success, false)
  assert.deepEqual(
    [base, { ...base, security: 'tls' }, { ...base, host: 'localhost' }].map(
      options => emailOptions.parse(options).port,
    ),
    [587, 465, 25],
  )
})

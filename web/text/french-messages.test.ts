import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FTPError } from 'basic-ftp'
import { filesFailure } from '../../src/capture/files/files-failure.ts'
import { type FtpDoing, type FtpStep, ftpFailure } from '../../src/capture/ftp/ftp-failure.ts'
import { sftpFailure, sftpStatus } from '../../src/capture/sftp/sftp-failure.ts'
import { type SshStage, sshFailure } from '../../src/capture/ssh/ssh-failure.ts'
import { commandRefused, promptChanged, sessionClosed, sessionSilent } from '../../src/capture/ssh-cli/cli-failure.ts'
import { reasonOf } from '../../src/errors.ts'
import { unreachable } from '../../src/node/notify/channel-failure.ts'
import { listenFailure } from '../../src/node/triggers/listen-failure.ts'
import { connectionFailure } from '../../src/storage/http/http-failure.ts'
import { statusFailure } from '../../src/storage/rest/rest-failure.ts'
import { s3Failure } from '../../src/storage/s3/s3-failure.ts'
import { frenchMessage } from './french-messages.ts'

const item = 'plc/program'

test('each sentence of a failure is said in French; names, numbers and a device’s words stay as they came', () => {
  for (const [english, french] of [
    [
      'plc/program: 10.0.3.7:21 refuses FTP connections (ECONNREFUSED). Check that the device is on, that its FTP server is enabled, and the port.',
      'plc/program : 10.0.3.7:21 refuse les liaisons FTP (ECONNREFUSED). Vérifiez que l’équipement est sous tension, que son serveur FTP est activé, et le port.',
    ],
    [
      'plc/program: the device refused the login for user "maint" (530 Sorry. Try again! Bye.). Check secrets set plc.',
      'plc/program : l’équipement a refusé la connexion de l’utilisateur « maint » (530 Sorry. Try again! Bye.). Vérifiez le secret plc (secrets set).',
    ],
    [
      'plc/program: 10.0.3.7:21 broke off while reading "/a (1).st" (426 Data channel. Closed). Nothing of it was kept; check the device and capture again.',
      'plc/program : 10.0.3.7:21 a interrompu l’échange pendant la lecture de « /a (1).st » (426 Data channel. Closed). Rien n’en a été gardé ; vérifiez l’équipement et capturez de nouveau.',
    ],
    [
      'mail: the mail server 10.1.3.25:25 could not be reached: nothing listens there. Check the network and the options of this channel.',
      'mail : le serveur de messagerie 10.1.3.25:25 n’a pas pu être joint : rien n’y écoute. Vérifiez le réseau et les options de ce canal.',
    ],
    [
      'trigger saved: /srv/eng cannot be reached (this user has no right to it). Check options.path, and that the share is mounted.',
      'déclencheur saved : /srv/eng ne peut pas être joint (cet utilisateur n’en a pas le droit). Vérifiez options.path, et que le partage est monté.',
    ],
    [
      'rest:http://10.1.3.9:8000/ has no space left. Make room and run again (507, while it was being written (data/ab/ab12)). It was tried 4 times in 31 s.',
      'rest:http://10.1.3.9:8000/ n’a plus de place. Faites de la place et recommencez (507, pendant l’écriture (data/ab/ab12)). 4 tentatives ont été faites en 31 s.',
    ],
    [
      '/srv/My copies cannot be read (data/ab/ab12): EIO: i/o error, read',
      '/srv/My copies ne peut pas être lu (data/ab/ab12) : EIO: i/o error, read',
    ],
    [
      'plc/program: written, but the device now holds something else than 20261129T150000Z: 1 file changed: main.st. Do not start the machine; look at blackstart diff plc/program 20261129T150000Z latest',
      'plc/program : écrit, mais l’équipement contient autre chose que 20261129T150000Z : 1 fichier modifié : main.st. Ne démarrez pas la machine ; voyez blackstart diff plc/program 20261129T150000Z latest',
    ],
  ] as const)
    assert.equal(frenchMessage(english), french)
})

test('a message within another, and what follows it, are said in French too', () => {
  const refused = 'mail: the mail server 10.1.3.25:25 refused the login (535 5.7.8 no).'
  const remedy = 'Check options.user, and the secret: blackstart secrets set mail'
  assert.equal(
    frenchMessage(`Nobody is told through mail: ${refused} ${remedy}`),
    'Personne n’est prévenu par mail : mail : le serveur de messagerie 10.1.3.25:25 a refusé la connexion (535 5.7.8 no). Vérifiez options.user, et le secret : blackstart secrets set mail',
  )
  assert.equal(
    frenchMessage(
      'plc/program: it was written, but could not be read back, so nobody knows what the device holds now. plc/program: 10.0.3.7:22 does not answer (EHOSTUNREACH). Check that the device is switched on, its address, and the firewall in between. Capture it again before you start the machine.',
    ),
    'plc/program : il a été écrit, mais n’a pas pu être relu : personne ne sait ce que contient l’équipement. plc/program : 10.0.3.7:22 ne répond pas (EHOSTUNREACH). Vérifiez que l’équipement est sous tension, son adresse, et le pare-feu entre les deux. Capturez-le de nouveau avant de démarrer la machine.',
  )
})

test('of what is not known, what is known is said in French all the same', () => {
  assert.equal(
    frenchMessage('plc/program: the flux has no capacitor. Capture again.'),
    'plc/program: the flux has no capacitor. Capturez de nouveau.',
  )
  for (const unknown of ['', '% Invalid input detected at ^ marker.', 'a. b. c.'])
    assert.equal(frenchMessage(unknown), unknown)
})

test('what a device says at length takes no time', () => {
  const long = 'plc/program: no. '.repeat(400)
  const begun = performance.now()
  frenchMessage(long)
  frenchMessage(`plc/program: 10.0.3.7:21 sent ${'"a" ("b") '.repeat(200)}`)
  assert.ok(performance.now() - begun < 2_000)
})

const english =
  /\b(?:the|of|with|is|not|are|was|were|and|to|from|this|that|its|has|it|or|no|while|check|read|write|capture)\b/iu

test('no failure that the connectors, channels, triggers and places make keeps English', () => {
  const messages = [...ofFtp(), ...ofSsh(), ...ofFiles(), ...ofCommandLines(), ...ofNode(), ...ofStorage()]
  assert.ok(messages.length > 150, String(messages.length))
  const left = messages.filter(message =>
    english.test(frenchMessage(message).replaceAll(/plc\/program|secrets set|options\.\w+/gu, '')),
  )
  assert.deepEqual(left, [])
})

const systemError = (code: string | number, more: object = {}) => Object.assign(new Error('xyz'), { code, ...more })

function ofFtp(): string[] {
  const context = {
    ...{ item, device: '10.0.3.7:21', user: 'maint', secret: 'plc', password: null },
    ...{ timeouts: { connect: 10_000, idle: 30_000 }, tls: 'none' as const },
  }
  const steps: readonly FtpStep[] = ['connecting', 'tls', 'login', 'settings', 'listing', 'reading', 'writing']
  const replies = [120, 332, 421, 425, 426, 450, 451, 452, 500, 522, 530, 550, 552, 553]
  const codes = ['ENOTFOUND', 'CERT_HAS_EXPIRED', 'EPROTO', 'ECONNREFUSED', 'EHOSTUNREACH', 'ECONNRESET']
  const errors = [
    ...replies.flatMap(code => ['xyz', 'no such file'].map(message => new FTPError({ code, message }))),
    ...codes.map(code => systemError(code)),
    ...['Timeout', 'maximum', "can't parse"].map(text => new Error(text)),
  ]
  const doings = steps.flatMap((step): FtpDoing[] => {
    const path = ['listing', 'reading', 'writing'].includes(step) ? '/x.st' : ''
    return [
      { step, path },
      { step, path, dataEnded: true },
    ]
  })
  return doings
    .flatMap(doing => errors.map(error => ftpFailure(error, doing, context).message))
    .map(message => message.replaceAll(/\bno such file\b/gu, 'xyz'))
}

function ofSsh(): string[] {
  const peer = { item, device: '10.0.3.7:22', user: 'maint', secrets: ['plc', 'key'], legacy: false }
  const stages: readonly SshStage[] = ['connecting', 'login', 'ready']
  const errors = [
    systemError('ECONNREFUSED'),
    systemError('ETIMEDOUT'),
    systemError(12),
    systemError('X', { level: 'client-authentication' }),
    systemError('X', { level: 'handshake' }),
    systemError('X'),
  ]
  const ofSftp = Object.values(sftpStatus).flatMap(status =>
    (['read', 'write'] as const).map(doing => sftpFailure(item, doing, '/x.st', systemError(status)).message),
  )
  return [...stages.flatMap(stage => errors.map(error => sshFailure(peer, stage, error).message)), ...ofSftp]
}

function ofFiles(): string[] {
  const codes = ['EACCES', 'ENOENT', 'ELOOP', 'ENOSPC', 'EROFS', 'EIO', 'EWHAT']
  return codes.flatMap(code =>
    (['read', 'write'] as const).map(doing => filesFailure(item, doing, '/x.st', systemError(code)).message),
  )
}

function ofCommandLines(): string[] {
  const peer = { item, device: '10.0.3.7:22', model: 'cisco-ios', secrets: [] }
  const stages = [{ at: 'login' }, { at: 'enable' }, { at: 'capture', command: 'xyz' }] as const
  const said = { bytes: 12, last: 'xyz>' }
  return [
    ...stages.flatMap(stage => [
      ...[sessionClosed(peer, stage, said, undefined), promptChanged(peer, stage, 'a>', 'b>')],
      sessionSilent(peer, stage, said, 30),
    ]),
    ...['xyz', 'exit status 1', 'access denied'].map(answer => commandRefused(peer, 'xyz', answer)),
  ].map(reasonOf)
}

function ofNode(): string[] {
  const codes = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']
  const places = ['the mail server 10.1.3.25:25', 'the syslog receiver 10.1.3.9:514', 'the receiver https://10.1.3.40']
  const ports = { listen: '10.1.3.2', port: 514 }
  return [
    ...places.flatMap(place => codes.map(code => unreachable('mail', place, systemError(code), []).message)),
    ...['EADDRINUSE', 'EACCES', 'EINVAL', 'EWHAT'].map(
      code => listenFailure('log', 'udp', ports, systemError(code)).message,
    ),
  ]
}

function ofStorage(): string[] {
  const location = 's3:https://10.1.3.9/copies'
  const what = 'being written (data/ab/ab12)'
  const request = { location, what, method: 'POST', path: '/' }
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'EPROTO', 'HPE_INVALID', 'ECONNRESET']
  const refused = (status: number) =>
    Object.assign(new Error('xyz'), { name: 'Xyz', $metadata: { httpStatusCode: status } })
  return [
    ...codes.map(code => connectionFailure(request, systemError(code)).message),
    ...[400, 401, 403, 404, 405, 408, 413, 429, 500, 507, 418].map(
      status => statusFailure(request, status, {}).message,
    ),
    ...[301, 401, 403, 408, 413, 429, 500, 507, 418].map(status =>
      reasonOf(s3Failure(location, what, refused(status), 0)),
    ),
  ]
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, copyIn, factsWith, readWhole, siteFrom, soundItem } from '../../lab/test-facts.ts'
import { judge } from '../../src/policy/judge.ts'
import { frenchRemedy } from './french-remedies.ts'

/** Said by what kind of act it takes: questions of the interview, and what the network rules say. */
const byAct = ['mtd-missing', 'steps-missing', 'flow-forbidden', 'flow-without-conduit', 'conduit-forbidden']

const site = siteFrom(`site: { name: Plant, timezone: Europe/Paris }
zones: [{ id: cell, level: 1 }, { id: operations, level: 3 }]
node: { zone: operations, domain: node }
processes:
  - { id: filling, data: configuration, mtdl: 10m, mtd: 2h, rto: 1h, needs: [plc, hmi, drive], recovery: { detect: 1h } }
  - { id: packing, data: configuration, mtdl: 8h, mtd: 4h, rto: 1h, needs: [robot], recovery: { detect: 65m, validate: 20m }, afterLoss: { fixed: 30m } }
assets:
  - { id: plc, kind: plc, zone: cell, life: { since: 2000-01, years: 5 }, spare: { onSite: true, replace: 3h }, items: [{ id: program, kind: program, via: ftp, every: 4h }] }
  - { id: hmi, kind: hmi, zone: cell, domain: office, items: [{ id: project, kind: project, via: sftp }, { id: image, kind: image, via: files }] }
  - { id: drive, kind: drive, zone: cell }
  - { id: robot, kind: robot, zone: cell, items: [{ id: program, kind: program, via: ftp, quiet: [mon-fri 06:00-20:00] }, { id: log, kind: logs, via: ftp }] }
  - { id: gate, kind: gateway, zone: cell, items: [{ id: configuration, kind: configuration, via: ftp }] }
failureModes:
  - { asset: plc, mode: dead, name: CPU dead, severity: { safety: 5, production: 5 } }
  - { asset: robot, mode: dead, name: Dead, severity: { production: 3 } }
places:
  - { id: local, via: local, options: { path: ./r }, medium: disk, location: plant, domain: node }
  - { id: nas, via: local, options: { path: ./n }, medium: disk, location: plant, domain: office, machine: nas }
  - { id: usb, via: local, options: { path: ./u }, medium: removable, location: safe, domain: usb, online: false }
`)

const failed = { time: ago('PT1H'), version: 'v2', passed: false, milliseconds: 1 }
const facts = factsWith(
  {
    'plc/program': soundItem(['local'], {
      drifted: true,
      unexpected: true,
      captureTimes: [3_600_000],
      drills: [failed],
    }),
    'hmi/project': soundItem([], {
      approved: null,
      drills: [],
      copies: [{ place: 'nas', newest: 'v2', verified: null }],
    }),
    'hmi/image': soundItem(['local', 'nas'], {
      latest: { version: 'v2', inRepository: false },
      unexpected: true,
      approved: null,
      changedFrom: 'v1',
    }),
    'robot/program': soundItem(['local', 'usb'], { lastConfirmed: ago('PT900H') }),
    'robot/log': soundItem([], { copies: [copyIn('local', { seen: ago('PT200H') })] }),
  },
  {
    places: new Map([
      ['local', readWhole(ago('PT999H'), 2)],
      ['nas', readWhole(ago('PT1H'), 1)],
    ]),
  },
)

test('what closes a finding is said in French as fully as in English', () => {
  const places = site.places.map(place => ({ ...place, offsite: true, lag: null }))
  const sites = [site, { ...site, places: site.places.slice(0, 1) }, { ...site, places }]
  const findings = sites.flatMap(one => judge(one, facts).findings)
  const told = findings.filter(({ code }) => !byAct.includes(code))
  assert.deepEqual(
    told.filter(({ remedy }) => frenchRemedy(remedy) === null).map(({ code, remedy }) => `${code}: ${remedy}`),
    [],
  )
  const english = /\b(?:the|is|with|from|than|to|it|and|of|that)\b/u
  const commands = /blackstart [^.:;]*|--\S+|PACK… .*?FOLDER/gu
  assert.deepEqual(
    told.map(({ remedy }) => frenchRemedy(remedy)?.replaceAll(commands, '') ?? '').filter(said => english.test(said)),
    [],
  )
  assert.ok(new Set(told.map(({ code }) => code)).size > 20, [...new Set(told.map(({ code }) => code))].join())
})

test('names, times and keys of site.yaml stay as they are', () => {
  for (const [english, french] of [
    [
      'Place local is the only one of the site. Add one place to site.yaml that is off site (offsite: true), offline (online: false) and on another medium than disk: a removable disk in another building that is attached only while it is written.',
      'L’emplacement local est le seul du site. Ajoutez un emplacement à site.yaml, hors site (offsite: true), hors ligne (online: false) et sur un autre support que disk : un disque amovible dans un autre bâtiment branché seulement pendant l’écriture.',
    ],
    [
      'It is back within the MTD, but not within the RTO of 2h. What takes longest: hardware plc-filler 45m, work after any loss 30m, validate 1h 20m.',
      'Il est de retour dans les limites de la MTD, mais pas dans celles du RTO de 2h. Ce qui dure le plus : le matériel de plc-filler 45m, le travail après toute perte 30m, valider 1h 20m.',
    ],
    [
      'Rehearse it: blackstart drill plc/program (and likewise for 3 more)',
      'Exercez-le : blackstart drill plc/program (et de même pour 3 de plus)',
    ],
    [
      'The capture, counted with 3h 45m 2s, leaves too little of the MTDL of 4h of process filling to read again in time: raise pace.bandwidth of zone cell or leave out what need not be kept (exclude of item plc/program), so that a capture takes 1h 35m 58s at most; the longest took 3h.',
      'La capture, comptée pour 3h 45m 2s, laisse trop peu de la PDMA de 4h du procédé filling pour relire à temps : augmentez pace.bandwidth de la zone cell ou écartez ce qui n’a pas à être gardé (exclude de l’élément plc/program), pour qu’une capture dure 1h 35m 58s au plus ; la plus longue a duré 3h.',
    ],
  ] as const) {
    assert.equal(frenchRemedy(english), french)
  }
  assert.equal(frenchRemedy('Ask the people of the plant.'), null)
})

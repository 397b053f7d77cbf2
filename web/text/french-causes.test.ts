import assert from 'node:assert/strict'
import { test } from 'node:test'
import { severityWords } from '../../src/policy/criticality/severity.ts'
import { frenchCause } from './french-causes.ts'

test('what a score rests on is said in French, with ids, numbers and days as they are', () => {
  const said: readonly (readonly [string, string])[] = [
    [
      'a process stops beyond its MTD (production, quality)',
      'un procédé s’arrête au-delà de sa MTD (production, qualité)',
    ],
    [
      'people or environment harmed, or the site stops beyond its MTD (safety, environment) by plc:battery; it takes 2 assets at once',
      'personnes ou environnement atteints, ou le site s’arrête au-delà de sa MTD (sécurité, environnement) par plc:battery ; 2 équipements sont pris à la fois',
    ],
    ['service life not stated, no failure in five years', 'durée de vie non indiquée, aucune panne en cinq ans'],
    [
      'beyond its service life since 2025-01-01, failed on 2026-03-01',
      'durée de vie dépassée depuis 2025-01-01, en panne le 2026-03-01',
    ],
    [
      'under 25 % of its service life used (2024-01-01 to 2034-01-01), no failure in five years',
      'moins de 25 % de sa durée de vie écoulés (2024-01-01 à 2034-01-01), aucune panne en cinq ans',
    ],
    ['nothing in it wears as one', 'rien n’y vieillit d’un seul bloc'],
    [
      'zone cell-a: conduit from operations (level 3: ftp), 3 other machines in its zone',
      'zone cell-a : conduit depuis operations (niveau 3 : ftp), 3 autres machines dans sa zone',
    ],
    [
      'reachability 3, stands on level 3.5; open-writes 3, obsolete 4',
      'accessibilité 3, se trouve au niveau 3.5 ; open-writes 3, obsolete 4',
    ],
    [
      'no conduit leads in, and nothing else stands there; not counted: obsolete',
      'aucun conduit n’y mène, et rien d’autre ne s’y trouve ; non compté : obsolete',
    ],
    ['nothing of scale is backed up', 'rien de scale n’est sauvegardé'],
    [
      'hmi/program is verified in local, safe, restored on 2026-11-23, out of reach in safe',
      'hmi/program est vérifié dans local, safe, restauré le 2026-11-23, hors d’atteinte dans safe',
    ],
    [
      'hmi/program is verified in local, never restored, and 2 more like it',
      'hmi/program est vérifié dans local, jamais restauré, et 2 de plus comme lui',
    ],
  ]
  for (const [english, french] of said) assert.equal(frenchCause(english), french)
})

test('no severity stays English', () => {
  for (const words of Object.values(severityWords)) {
    assert.notEqual(frenchCause(words), words)
    assert.doesNotMatch(frenchCause(words), /\b(?:the|within|stops|harm)\b/)
  }
})

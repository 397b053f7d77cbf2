import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frenchDifference } from './french-differences.ts'

test('what differs between two versions is said in French, with paths and numbers as they are', () => {
  for (const [english, french] of [
    ['1 file changed: main.st', '1 fichier modifié : main.st'],
    [
      '2 files changed, 1 added: a: b.st, c, d and 4 more',
      '2 fichiers modifiés, 1 ajouté : a: b.st, c, d et 4 de plus',
    ],
    ['1 file changed in layout only: x', '1 fichier modifié dans sa seule présentation : x'],
    ['1 line removed, 12 lines added', '1 ligne supprimée, 12 lignes ajoutées'],
    ['equivalent: a.xml: only volatile: LineIds', 'équivalent : a.xml : seulement ce qui change de lui-même : LineIds'],
    [
      'binary content differs: 2268 bytes became 2276 bytes, 4 places, first difference at byte 788',
      'le contenu binaire diffère : 2268 octets sont devenus 2276 octets, 4 endroits, première différence à l’octet 788',
    ],
    [
      'binary content differs: 8 bytes, one place, first difference at byte 0',
      'le contenu binaire diffère : 8 octets, un endroit, première différence à l’octet 0',
    ],
    ['changed: POU FB_FillValve', 'modifié : POU FB_FillValve'],
    ['removed: Module TestCard (3 times)', 'supprimé : Module TestCard (3 fois)'],
    ['and 4 more', 'et 4 de plus'],
    ['what nobody foresaw', 'what nobody foresaw'],
  ] as const)
    assert.equal(frenchDifference(english), french)
})

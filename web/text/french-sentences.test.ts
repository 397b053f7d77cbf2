import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lossesWords } from '../../src/policy/scenario.ts'
import { frenchSentence } from './french-sentences.ts'

test('what the node says of a process is said in French, with the names as they are', () => {
  const losses = lossesWords([{ kind: 'node' }, { kind: 'domain', domain: 'office' }, { kind: 'site' }])
  assert.equal(
    frenchSentence(`no verified copy of a/b, c/d, e/f and 3 more would be left ${losses}`),
    'aucune copie vérifiée de a/b, c/d, e/f et 3 de plus ne resterait si le nœud du site est perdu, le domaine d’identification office est compromis ou le site est perdu',
  )
  assert.equal(
    frenchSentence('if a device fails it takes at least 5h to come back, 4h of it spare; the MTD is 4h'),
    'si un équipement tombe en panne, le retour prend au moins 5h, dont 4h pour spare ; la MTD est de 4h',
  )
})

test('a capture that somebody stopped says in French who did', () => {
  assert.equal(
    frenchSentence('plc/program: jo (10.0.0.7) stopped the capture; nothing of it was kept.'),
    'plc/program : jo (10.0.0.7) a arrêté la capture ; rien n’en a été gardé.',
  )
})

test('what a trigger watches is said in French', () => {
  assert.equal(frenchSentence('watches /srv/eng (1 file)'), 'surveille /srv/eng (1 fichier)')
  assert.equal(frenchSentence('watches /srv/eng (12 files)'), 'surveille /srv/eng (12 fichiers)')
  assert.equal(frenchSentence('listens on UDP 10.1.3.2:514'), 'écoute sur UDP 10.1.3.2:514')
})

test('what is not known has no French', () => {
  for (const sentence of ['', 'plc-1: the device refused the login (530).'])
    assert.equal(frenchSentence(sentence), null)
})

test('words of ours that stand for a gap are said in French as well', () => {
  assert.equal(frenchSentence('This request is expired already.'), 'Cette demande est déjà expirée.')
})

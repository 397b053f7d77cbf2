import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { i18n } from '@lingui/core'
import { setNodeWords } from './node-words.ts'
import { saidInFrench } from './said-in-french.ts'
import { remedyOf, toldCause, toldFailure, toldMode } from './told.ts'
import { reasonWord } from './words.ts'

const failure = {
  code: 'missing',
  message: 'plc/program: /srv/plc does not exist. Check options.path, and that the disk or share is mounted.',
}
const inFrench =
  'plc/program\u00a0: /srv/plc n’existe pas. Vérifiez options.path, et que le disque ou le partage est monté.'

function read(locale: 'en' | 'fr'): void {
  i18n.loadAndActivate({ locale, messages: {} })
  setNodeWords(locale === 'fr' ? saidInFrench : null)
}

after(() => read('en'))

test('why something failed is told in the language of the page', () => {
  read('en')
  assert.equal(toldFailure(failure), failure.message)
  read('fr')
  assert.equal(toldFailure(failure), inFrench)
  assert.ok(remedyOf({ code: 'capture-failed', remedy: failure.message }).endsWith(inFrench))
})

test('of what is in a device’s words alone, the page says first what its code means', () => {
  read('fr')
  const own = { code: 'protocol', message: '% Invalid input' }
  assert.match(toldFailure(own), /^The device answered .* % Invalid input$/)
  read('en')
  assert.equal(toldFailure(own), '% Invalid input')
})

test('what closes a finding of the node itself names in any language the file and the variable that it takes', () => {
  const { url } = import.meta
  const french = readFileSync(new URL('../locales/fr.po', url), 'utf8')
  for (const [code, name] of [
    ['key-beside-data', 'BLACKSTART_PASSWORD_FILE'],
    ['recovery-kit-on-disk', 'recovery-kit.txt'],
  ] as const) {
    read('fr')
    const act = remedyOf({ code, remedy: '' })
    const [, said = ''] = french.split(`msgid ${JSON.stringify(act)}\nmsgstr `)
    assert.ok(said.split('\n')[0]?.includes(name), code)
  }
})

test('what made a trigger ask for a capture is told in the language of the page', () => {
  read('fr')
  const seen = 'filler.zap16 and 3 others were saved or removed'
  assert.match(reasonWord({ kind: 'trigger', trigger: 'share', seen }), /filler\.zap16 et 3 autres ont été enregistrés/)
})

test('what a score rests on shows dates as they are shown elsewhere, and weaknesses by their words', () => {
  read('fr')
  assert.match(
    toldCause('under 25 % of its service life used (2015-09-01 to 2030-09-01), no failure in five years'),
    /\(01\/09\/2015 à 01\/09\/2030\)/,
  )
  assert.equal(toldMode('Ransomware'), 'Rançongiciel')
  read('en')
  assert.equal(
    toldCause('reachability 3, conduit from internet (level 5: ftp); open-writes 3, obsolete 4'),
    'reachability 3, conduit from internet (level 5: ftp); writes without a password 3, obsolete 4',
  )
  assert.equal(toldMode('Ransomware'), 'Ransomware')
})

test('what closes a finding is told in full; what is not known in the language, by its kind of act', () => {
  read('fr')
  assert.match(remedyOf({ code: 'never-drilled', remedy: 'Rehearse it: blackstart drill a/b' }), /^Exercez-le\s: /)
  assert.match(remedyOf({ code: 'mtd-missing', remedy: 'How long may it stand still?' }), /^Ask the people/)
})

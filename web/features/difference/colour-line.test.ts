import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { colourLine, type Language, languageOf } from './colour-line.ts'

const painted = (line: string, language: Language) =>
  colourLine(line, language)
    .filter(({ paint }) => paint !== 'plain')
    .map(({ text, paint }) => `${paint}:${text}`)

test('structured text has its words, numbers, texts and comments painted', () => {
  assert.deepEqual(painted("IF level > 16#0A THEN msg := 'full'; // stop", 'st'), [
    'word:IF',
    'number:16#0A',
    'word:THEN',
    "text:'full'",
    'comment:// stop',
  ])
})

test('a line of XML inside a program is painted as XML', () => {
  assert.ok(painted('  <POU Name="MAIN">', 'st').includes('text:"MAIN"'))
})

test('a configuration of a switch has its words and addresses painted', () => {
  assert.deepEqual(painted('ip address 10.0.0.1 255.255.255.0', 'ios'), [
    'word:ip',
    'word:address',
    'number:10.0.0.1',
    'number:255.255.255.0',
  ])
  assert.deepEqual(painted('! Last configuration change', 'ios'), ['comment:! Last configuration change'])
})

test('the language follows from what the node says, else from the name', () => {
  assert.equal(languageOf('running-config', 'cisco-ios'), 'ios')
  assert.equal(languageOf('POUs/MAIN.TcPOU', null), 'st')
  assert.equal(languageOf('picture.png', null), 'plain')
})

test('whatever a device holds, the pieces together are the line, and soon', () => {
  const languages = fc.constantFrom<Language>('st', 'ios', 'xml', 'json', 'robot', 'csv', 'plain')
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc
      .array(fc.constantFrom('(*', '*)', '"', "'", '<!--', '<', '\\', '$', '{', ' ', '1', 'if'), { maxLength: 300 })
      .map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(hostile, languages, (line, language) => {
      const begun = performance.now()
      assert.equal(
        colourLine(line, language)
          .map(({ text }) => text)
          .join(''),
        line,
      )
      assert.ok(performance.now() - begun < 250)
    }),
  )
})

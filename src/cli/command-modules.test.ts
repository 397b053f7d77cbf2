import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Command } from 'commander'
import { commandModules, moduleOf } from './command-modules.ts'

it('says of each module which commands it registers', async () => {
  for (const { commands, load } of commandModules.slice(0, -1)) {
    const program = new Command()
    ;(await load())(program)
    assert.deepEqual(
      program.commands.map(command => command.name()),
      commands,
    )
  }
})

it('finds the command behind the options of the program, and needs all of them where none is named', () => {
  const commandsOf = (...words: string[]) => moduleOf(words)?.commands ?? null
  assert.deepEqual(commandsOf('repo', 'backup', '--help'), ['repo'])
  assert.deepEqual(commandsOf('--site', 'check', '--json', 'status'), ['status'])
  assert.deepEqual(commandsOf('--site=x', 'diff'), ['versions', 'show', 'diff'])
  for (const words of [[], ['--help'], ['help', 'repo'], ['completion'], ['no-such-command']]) {
    assert.equal(commandsOf(...words), null)
  }
})

import { Command, CommanderError } from 'commander'
import type { ErrorCode } from '../errors.ts'
import { programVersion } from '../node/program-name.ts'
import { type CommandModule, commandModules, moduleOf } from './command-modules.ts'
import { plainLines } from './commands/repo/plain-text.ts'
import { exitCodes } from './exit-code.ts'
import { keepRunning } from './keep-running.ts'
import { watchOutput } from './watch-output.ts'

const program = new Command('blackstart')
  .description('Backs up industrial sites and brings them back.')
  .version(programVersion)
  .option('--site <dir>', 'the site folder; else $BLACKSTART_SITE, else the current folder')
  .option('--json', 'one JSON document on standard output')
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ writeErr: text => process.stderr.write(plainLines(text)) })
  .showSuggestionAfterError()
  .showHelpAfterError('(blackstart --help, or blackstart COMMAND --help, tells what is allowed)')

// only what the command needs is loaded: it takes half a second to load everything
const only = moduleOf(process.argv.slice(2))
const loaded: readonly CommandModule[] = only === null ? commandModules : [only]
for (const register of await Promise.all(loaded.map(({ load }) => load()))) register(program)
overrideExit(program)
watchOutput()

/** A subcommand inherits nothing of how its parent exits: every one is told. */
function overrideExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
}

function tellJson(code: ErrorCode, message: string): void {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`)
}

/** Milliseconds: longer than what a command may wait for without a sign of life. */
const patience = 120_000

try {
  using _running = keepRunning(patience, () => {
    const message = 'Unexpected error, please report it: the command waited for something that never came.'
    process.stderr.write(`${message}\n`)
    tellJson('internal', message)
    process.exit(exitCodes.failed)
  })
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  const usage = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (usage !== exitCodes.done) tellJson('usage', error.message.replace(/^error: /, ''))
  process.exitCode = usage
}

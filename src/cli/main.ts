import { Command, CommanderError } from 'commander'
import { registerCapture } from './commands/capture.ts'
import { registerCatalog } from './commands/catalog.ts'
import { registerCheck } from './commands/check.ts'
import { registerCompletion } from './commands/completion.ts'
import { registerCriticality } from './commands/criticality.ts'
import { registerDecide } from './commands/decide.ts'
import { registerDrill } from './commands/drill.ts'
import { registerFindings } from './commands/findings.ts'
import { registerFlows } from './commands/flows.ts'
import { registerHistory } from './commands/history.ts'
import { registerInit } from './commands/init.ts'
import { registerInterview } from './commands/interview.ts'
import { registerPlan } from './commands/plan.ts'
import { registerRepo } from './commands/repo.ts'
import { registerRestore } from './commands/restore.ts'
import { registerSecrets } from './commands/secrets.ts'
import { registerStatus } from './commands/status.ts'
import { registerVerify } from './commands/verify.ts'
import { registerWhatif } from './commands/whatif.ts'
import { exitCodes } from './exit-code.ts'
import { programVersion } from './program-name.ts'

const program = new Command('blackstart')
  .description('Backs up industrial sites and brings them back.')
  .version(programVersion)
  .option('--site <dir>', 'the site folder; else $BLACKSTART_SITE, else the current folder')
  .option('--json', 'one JSON document on standard output')
  .configureHelp({ showGlobalOptions: true })
  .showSuggestionAfterError()
  .showHelpAfterError('(blackstart --help, or blackstart COMMAND --help, tells what is allowed)')

for (const register of [
  registerInit,
  registerCheck,
  registerCapture,
  registerStatus,
  registerFindings,
  registerCriticality,
  registerWhatif,
  registerFlows,
  registerInterview,
  registerHistory,
  registerDecide,
  registerRestore,
  registerSecrets,
  registerPlan,
  registerDrill,
  registerVerify,
  registerCatalog,
  registerRepo,
  registerCompletion,
]) {
  register(program)
}
overrideExit(program)
// who reads only the first lines (head) has what they wanted: the command goes on, and exits as it would have
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

/** A subcommand inherits nothing of how its parent exits: every one is told. */
function overrideExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  const usage = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (usage !== exitCodes.done && process.argv.includes('--json')) {
    process.stdout.write(
      `${JSON.stringify({ error: { code: 'usage', message: error.message.replace(/^error: /, '') } })}\n`,
    )
  }
  process.exitCode = usage
}

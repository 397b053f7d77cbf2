import type { Command } from 'commander'

type Register = (program: Command) => void

export interface CommandModule {
  /** The commands that it registers. */
  readonly commands: readonly string[]
  load(): Promise<Register>
}

/** One line a module, in the order of the help. */
export const commandModules: readonly CommandModule[] = [
  { commands: ['init'], load: async () => (await import('./commands/init.ts')).registerInit },
  { commands: ['check'], load: async () => (await import('./commands/check.ts')).registerCheck },
  { commands: ['capture'], load: async () => (await import('./commands/capture.ts')).registerCapture },
  { commands: ['serve'], load: async () => (await import('./commands/serve.ts')).registerServe },
  { commands: ['authority'], load: async () => (await import('./commands/authority.ts')).registerAuthority },
  { commands: ['status'], load: async () => (await import('./commands/status.ts')).registerStatus },
  {
    commands: ['findings', 'acknowledge'],
    load: async () => (await import('./commands/findings.ts')).registerFindings,
  },
  { commands: ['criticality'], load: async () => (await import('./commands/criticality.ts')).registerCriticality },
  { commands: ['whatif'], load: async () => (await import('./commands/whatif.ts')).registerWhatif },
  { commands: ['flows'], load: async () => (await import('./commands/flows.ts')).registerFlows },
  { commands: ['interview'], load: async () => (await import('./commands/interview.ts')).registerInterview },
  {
    commands: ['versions', 'show', 'diff'],
    load: async () => (await import('./commands/history.ts')).registerHistory,
  },
  { commands: ['approve', 'hold', 'trust'], load: async () => (await import('./commands/decide.ts')).registerDecide },
  { commands: ['restore'], load: async () => (await import('./commands/restore.ts')).registerRestore },
  { commands: ['secrets'], load: async () => (await import('./commands/secrets.ts')).registerSecrets },
  { commands: ['people'], load: async () => (await import('./commands/people.ts')).registerPeople },
  { commands: ['plan'], load: async () => (await import('./commands/plan.ts')).registerPlan },
  { commands: ['drill'], load: async () => (await import('./commands/drill.ts')).registerDrill },
  { commands: ['verify', 'journal'], load: async () => (await import('./commands/verify.ts')).registerVerify },
  { commands: ['catalog'], load: async () => (await import('./commands/catalog.ts')).registerCatalog },
  {
    commands: ['repo'],
    load: async () => (await import('./commands/repo/register-repo.ts')).loadRepo(process.argv.slice(2)),
  },
  // last: it tells of all the others, and is loaded with them
  { commands: [], load: async () => (await import('./commands/completion.ts')).registerCompletion },
]

/** The module of the command that is meant; null where it takes all of them to tell. `words` are those behind the program's name. */
export function moduleOf(words: readonly string[]): CommandModule | null {
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? ''
    if (word === '--site') i += 1
    else if (!word.startsWith('-')) return commandModules.find(({ commands }) => commands.includes(word)) ?? null
    else if (word !== '--json' && !word.startsWith('--site=')) return null
  }
  return null
}

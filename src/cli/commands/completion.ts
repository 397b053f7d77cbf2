import type { Command } from 'commander'
import { openRecord } from '../../archive/record.ts'
import { loadSite } from '../../node/load-site.ts'
import { itemsOf } from '../../site/item-lookup.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'

export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('print the completion for bash: source <(blackstart completion)')
    .action(act(async ({ out }) => void out.result({ script: script(program) }, script(program))))
  program
    .command('__words', { hidden: true })
    .argument('<kind>', 'items or versions')
    .argument('[word]')
    .description('what completion offers')
    .action(act<[string, string | undefined]>(words))
}

/** Prints items, or after `asset/item@` its versions. Silent where nothing can be offered: completion must not disturb. */
async function words(invocation: Invocation, kind: string, word: string | undefined): Promise<ExitCode> {
  try {
    const site = await loadSite(invocation)
    const item = kind === 'versions' ? word?.split('@')[0] : undefined
    const offered = item === undefined ? itemsOf(site).map(of => of.id) : await versionWords(invocation, item)
    invocation.out.result({ words: offered }, offered.join('\n'))
  } catch {
    return exitCodes.failed // nothing to offer without a valid site
  }
  return exitCodes.done
}

async function versionWords(invocation: Invocation, item: string): Promise<readonly string[]> {
  await using record = await openRecord(invocation)
  const versions = await record.catalog.versions(item)
  return ['latest', 'previous', 'approved', ...versions.map(({ id }) => id)].map(id => `${item}@${id}`)
}

function script(program: Command): string {
  const visible = (command: Command) => command.commands.filter(one => !one.name().startsWith('__'))
  const options = (command: Command) => command.options.map(option => option.long ?? option.short ?? '')
  const line = (pattern: string, offered: readonly string[]) =>
    offered.length === 0 ? [] : [`    "${pattern}") words="${offered.join(' ')}" ;;`]
  const top = visible(program).flatMap(command =>
    line(command.name(), [...visible(command).map(one => one.name()), ...options(command)]),
  )
  const below = visible(program).flatMap(command =>
    visible(command).flatMap(one => line(`${command.name()} ${one.name()}`, options(one))),
  )
  return `# bash completion of blackstart
COMP_WORDBREAKS=\${COMP_WORDBREAKS//[@:]/} # an item's version is one word: plc-filler/program@latest
_blackstart() {
  local current=\${COMP_WORDS[COMP_CWORD]} command= sub= words= site=() i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      --site) site=(--site "\${COMP_WORDS[i + 1]}"); ((i++)) ;;
      -*) ;;
      *) if [ -z "$command" ]; then command=\${COMP_WORDS[i]}; elif [ -z "$sub" ]; then sub=\${COMP_WORDS[i]}; fi ;;
    esac
  done
  if [ "\${COMP_WORDS[COMP_CWORD - 1]}" = --site ]; then COMPREPLY=($(compgen -d -- "$current")); return; fi
  case "$command" in
    "") words="${[...visible(program).map(one => one.name()), ...options(program)].join(' ')}" ;;
${top.join('\n')}
  esac
  case "$command $sub" in
${below.join('\n')}
  esac
  case "$command" in
    capture | versions | show | diff | approve | hold | restore | drill)
      if [[ $current == */*@* ]]; then words+=" $("\${COMP_WORDS[0]}" "\${site[@]}" __words versions "$current" 2>/dev/null)"
      else words+=" $("\${COMP_WORDS[0]}" "\${site[@]}" __words items 2>/dev/null)"; fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _blackstart blackstart bin/blackstart`
}

import type { Command } from 'commander'
import { sitePaths } from '../../archive/site-paths.ts'
import { parseSiteFile, readSiteFile } from '../../node/load-site.ts'
import { setSecrets } from '../../secrets/secret-store.ts'
import { problemsText } from '../../site/problems-text.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { act, type Invocation } from '../invocation.ts'
import { plural } from '../words.ts'

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('validate site.yaml: every error with file, line, column, what is wrong, what is allowed')
    .action(act(check))
}

async function check({ folder, out }: Invocation): Promise<ExitCode> {
  const { site: file, secrets } = sitePaths(folder)
  const { site, problems } = parseSiteFile(await readSiteFile(file), await setSecrets(secrets))
  const errors = problems.filter(problem => problem.severity === 'error').length
  const items = site?.assets.reduce((sum, asset) => sum + asset.items.length, 0) ?? 0
  const summary =
    site === null
      ? `${plural(errors, 'error')} in ${file}`
      : `${file} is valid: ${plural(site.assets.length, 'asset')}, ${plural(items, 'item')}, ${plural(site.processes.length, 'process', 'processes')}`
  const text = [problemsText(file, problems), summary].filter(part => part !== '').join('\n')
  out.result({ valid: site !== null, file, problems }, text)
  return site === null ? exitCodes.usage : exitCodes.done
}

import type { Command } from 'commander'
import { approve, forgetFingerprints, hold, release } from '../../archive/decide.ts'
import { findVersion, parseItemVersion } from '../../archive/find-version.ts'
import { BlackstartError } from '../../errors.ts'
import { loadSite } from '../../node/load-site.ts'
import { openSiteRecord } from '../../node/open-site.ts'
import { act, type Invocation } from '../invocation.ts'

export function registerDecide(program: Command): void {
  program
    .command('approve')
    .argument('<version>', 'asset/item@version; @latest by default')
    .option('--note <text>', 'why')
    .description('declare a version to be the right one; a device that differs has drifted')
    .action(act<[string, { readonly note?: string }]>(approveVersion))
  program
    .command('hold')
    .argument('<version>', 'asset/item@version')
    .requiredOption('--reason <text>', 'why')
    .option('--release', 'end the hold')
    .description('keep a version for ever (legal hold)')
    .action(act<[string, { readonly reason: string; readonly release?: boolean }]>(holdVersion))
  program
    .command('trust')
    .argument('<asset>', 'an asset that was replaced, or whose key was renewed')
    .requiredOption('--reason <text>', 'why')
    .description('accept the next key or certificate that an asset shows')
    .action(act<[string, { readonly reason: string }]>(trust))
}

async function approveVersion(
  invocation: Invocation,
  word: string,
  options: { readonly note?: string },
): Promise<undefined> {
  const { item, version: which } = parseItemVersion(word)
  await using record = await openSiteRecord(invocation)
  const version = await findVersion(record, item, which ?? 'latest')
  await approve(record, version, options.note ?? null, invocation.signal)
  invocation.out.result({ item, version: version.id, approved: true }, `${item}@${version.id} is the approved version.`)
}

async function holdVersion(
  invocation: Invocation,
  word: string,
  options: { readonly reason: string; readonly release?: boolean },
): Promise<undefined> {
  const { item, version: which } = parseItemVersion(word)
  await using record = await openSiteRecord(invocation)
  const version = await findVersion(record, item, which ?? 'latest')
  const held = options.release !== true
  await (held ? hold : release)(record, version, options.reason, invocation.signal)
  const text = held ? 'is kept until the hold is released.' : 'is under no hold any more.'
  invocation.out.result({ item, version: version.id, held }, `${item}@${version.id} ${text}`)
}

async function trust(invocation: Invocation, asset: string, options: { readonly reason: string }): Promise<undefined> {
  const site = await loadSite(invocation)
  if (!site.assets.some(one => one.id === asset)) {
    throw new BlackstartError('not-found', `site.yaml has no asset "${asset}".`)
  }
  await using record = await openSiteRecord(invocation)
  await forgetFingerprints(record, asset, options.reason, invocation.signal)
  invocation.out.result({ asset }, `The next key or certificate that ${asset} shows will be trusted.`)
}

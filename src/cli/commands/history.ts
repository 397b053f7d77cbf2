import type { Command } from 'commander'
import { compareStored } from '../../archive/compare-stored.ts'
import { findVersion, parseItemVersion } from '../../archive/find-version.ts'
import { shownFormat } from '../../archive/node-items.ts'
import { readSheet } from '../../archive/read-sheet.ts'
import { openStoredFile, versionEntries } from '../../archive/version-entries.ts'
import { redact } from '../../compare/redact.ts'
import { renderComparison } from '../../compare/render-diff.ts'
import { BlackstartError } from '../../errors.ts'
import { openSiteArchive } from '../../node/open-site.ts'
import { act, type Invocation } from '../invocation.ts'
import { listVersions } from '../list-versions.ts'
import { streamBytes } from '../stream-result.ts'
import { table } from '../table.ts'
import { bytesText, plural, timeText } from '../words.ts'

export function registerHistory(program: Command): void {
  program
    .command('versions')
    .argument('<item>', 'asset/item')
    .description('the versions of an item, oldest first')
    .action(act<[string]>(listVersions))
  program
    .command('show')
    .argument('<version>', 'asset/item@version; @latest by default, also @previous and @approved')
    .argument('[file]', 'a file of it, to be shown')
    .option('--raw', "the file's exact bytes, secrets included")
    .description('what a version holds, or one file of it with secrets masked')
    .action(act<[string, string | undefined, { readonly raw?: boolean }]>(show))
  program
    .command('diff')
    .argument('<item>', 'asset/item')
    .argument('[from]', 'a version; by default the one before')
    .argument('[to]', 'a version; by default the latest')
    .option('--context <lines>', 'lines around each change', '3')
    .description('what changed between two versions, secrets masked')
    .action(act<[string, string | undefined, string | undefined, { readonly context: string }]>(diff))
}

async function show(
  invocation: Invocation,
  word: string,
  file: string | undefined,
  options: { readonly raw?: boolean },
): Promise<undefined> {
  const { item, version: which } = parseItemVersion(word)
  await using archive = await openSiteArchive(invocation)
  const { signal, out } = invocation
  const version = await findVersion(archive.record, item, which ?? 'latest')
  if (file !== undefined) {
    const chunks = openStoredFile(archive, version, file, signal)
    if (options.raw === true) await streamBytes(out, chunks)
    else {
      const text = await textOf(chunks, file)
      const shown = redact({ path: file, format: shownFormat(version) }, text)
      out.result({ item, version: version.id, file, text: shown }, shown)
    }
    return
  }
  const entries = await Array.fromAsync(versionEntries(archive, version, signal))
  const sheet = await readSheet(archive, version, signal)
  const list = entries.map(({ path, type, node }) => ({ path, type, bytes: node.size ?? 0, mtime: node.mtime }))
  const rows = list.map(({ path, type, bytes }) => [
    type === 'file' ? bytesText(bytes).padStart(8) : ''.padStart(8),
    type === 'folder' ? `${path}/` : path,
  ])
  const facts = Object.entries(sheet.observed).map(([name, value]) => `  ${name}: ${value}`)
  const head = [
    `${item}@${version.id}  ${version.outcome}, ${plural(version.files, 'file')}, ${bytesText(version.bytes)}`,
    `  captured ${timeText(version.time, archive.site.timezone)} by ${sheet.connector} from ${sheet.asset.name ?? sheet.asset.id}`,
    ...facts,
  ]
  out.result(
    { item, version: version.id, sheet, entries: list },
    [...head, '', table(['', ''], rows).trim()].join('\n'),
  )
}

const shownBytes = 16 * 1024 * 1024

async function textOf(chunks: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    bytes += chunk.length
    if (bytes > shownBytes) break
  }
  const all = Buffer.concat(parts)
  if (bytes <= shownBytes && !all.subarray(0, 8_192).includes(0)) return all.toString('utf8')
  throw new BlackstartError(
    'usage',
    `${file} is binary, or too large to be shown as text. Its exact bytes: show … --raw`,
  )
}

async function diff(
  invocation: Invocation,
  word: string,
  from: string | undefined,
  to: string | undefined,
  options: { readonly context: string },
): Promise<undefined> {
  const { item } = parseItemVersion(word)
  const context = Number(options.context)
  if (!Number.isInteger(context) || context < 0)
    throw new BlackstartError('usage', '--context takes a number of lines.')
  await using archive = await openSiteArchive(invocation)
  const { out, signal } = invocation
  const after = await findVersion(archive.record, item, to ?? 'latest')
  const before = await findVersion(
    archive.record,
    item,
    from ?? (await versionBefore(archive.record.catalog, item, after.id)),
  )
  const comparison = await compareStored(archive, before, after, context, signal)
  const head = out.style('bold', `${item}  ${before.id} → ${after.id}`)
  out.result(
    { item, from: before.id, to: after.id, ...comparison },
    `${head}\n${renderComparison(comparison, { colour: out.colour, width: out.width })}`,
  )
}

/** The version before `id`. Throws `not-found` for the first of an item. */
async function versionBefore(
  catalog: { versions(item: string): Promise<readonly { readonly id: string }[]> },
  item: string,
  id: string,
): Promise<string> {
  const earlier = (await catalog.versions(item)).filter(version => version.id < id).at(-1)
  if (earlier !== undefined) return earlier.id
  throw new BlackstartError('not-found', `${item} has only one version so far: there is nothing to compare it with.`)
}

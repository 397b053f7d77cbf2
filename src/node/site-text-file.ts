import { chmod, readFile, realpath, stat } from 'node:fs/promises'
import { lineEdits } from '../compare/line-edits.ts'
import { BlackstartError } from '../errors.ts'
import { writeDurably } from '../secrets/write-durably.ts'
import type { Site } from '../site/site.ts'
import { readSiteFile, validSite } from './load-site.ts'

/** A valid site file that a command changes. */
export interface SiteTextFile {
  readonly file: string
  /** With the BOM, where there is one. */
  readonly text: string
  readonly site: Site
  /** Throws `site-invalid` where the text is no valid site file. */
  check(text: string): void
  /**
   * Replaces the file whole, with the rights that it had; a link stays one. Throws `refused` where somebody has changed it
   * since it was opened, `site-invalid` where the text is no valid site file, `disk-full` or `storage`.
   */
  write(text: string): Promise<void>
}

/** Throws `site-invalid` where it is missing or has errors. */
export async function openSiteText(file: string): Promise<SiteTextFile> {
  const bytes = await readSiteFile(file)
  const { site } = validSite(file, bytes)
  const check = (text: string) => void validSite(file, new TextEncoder().encode(text))
  return {
    file,
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
    site,
    check,
    async write(text) {
      check(text)
      await replaceSiteText(file, bytes, text)
    },
  }
}

/**
 * Replaces the file whole where it still holds these bytes, with the rights that it had; a link stays one. Throws `refused` where
 * it holds others, `disk-full` or `storage`.
 */
export async function replaceSiteText(file: string, before: Uint8Array, text: string): Promise<void> {
  const target = await realpath(file)
  const { mode } = await stat(target)
  if (!Buffer.from(before).equals(await readFile(target))) {
    throw new BlackstartError('refused', `${file} has changed meanwhile. Nothing was written: do it again.`)
  }
  await writeDurably(target, text)
  await chmod(target, mode & 0o7777)
}

/** Lines that take the place of others. */
export interface ChangedLines {
  /** Of the first of them in the new text, from 1. */
  readonly line: number
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export function changedLines(from: string, to: string): readonly ChangedLines[] {
  const [before, after] = [from.split(/\r?\n/), to.split(/\r?\n/)]
  const found: { line: number; before: string[]; after: string[] }[] = []
  let open = false
  for (const edit of lineEdits(before, after)) {
    if (edit.kind === 'same') open = false
    else {
      if (!open) found.push({ line: edit.to + 1, before: [], after: [] })
      open = true
      if (edit.kind === 'removed') found.at(-1)?.before.push(before[edit.from] ?? '')
      else found.at(-1)?.after.push(after[edit.to] ?? '')
    }
  }
  return found
}

/** As `diff` shows it. */
export function changedText(changed: readonly ChangedLines[]): string {
  return changed
    .map(({ line, before, after }) =>
      [`site.yaml:${line}`, ...before.map(text => `- ${text}`), ...after.map(text => `+ ${text}`)].join('\n'),
    )
    .join('\n')
}

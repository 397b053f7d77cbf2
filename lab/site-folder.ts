import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Ran, runBlackstart } from './run-blackstart.ts'

export interface SiteFolder extends AsyncDisposable {
  readonly folder: string
  /** Where a path relative to the site folder lies. */
  at(...names: string[]): string
  write(file: string, content: string | Uint8Array): Promise<void>
  run(words: readonly string[], input?: string): Promise<Ran>
  /** Runs with --json, asserts the exit code, and returns the document. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert what the document holds
  json(words: readonly string[], code?: number): Promise<any>
}

/** A fresh folder of these files, by their paths, made a site by the real `init`, which writes the site.yaml that is not among them. Removed at disposal. */
export async function initialised(files: Readonly<Record<string, string | Uint8Array>>): Promise<SiteFolder> {
  const site = siteFolder(await mkdtemp(path.join(os.tmpdir(), 'blackstart-site-')))
  try {
    for (const [file, content] of Object.entries(files)) await site.write(file, content)
    const made = await site.run(['init'])
    assert.equal(made.code, 0, made.err)
    return site
  } catch (error) {
    await site[Symbol.asyncDispose]()
    throw error
  }
}

/** One that exists, or is to be made by a command; removed at disposal. */
export function siteFolder(folder: string): SiteFolder {
  const at = (...names: string[]) => path.join(folder, ...names)
  return {
    folder,
    at,
    async write(file, content) {
      await mkdir(path.dirname(at(file)), { recursive: true })
      await writeFile(at(file), content)
    },
    run: (words, input) => runBlackstart(words, input === undefined ? { site: folder } : { site: folder, input }),
    async json(words, code = 0) {
      const ran = await runBlackstart([...words, '--json'], { site: folder })
      assert.equal(ran.code, code, `${words.join(' ')}: ${ran.err}${ran.out}`)
      return ran.json()
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

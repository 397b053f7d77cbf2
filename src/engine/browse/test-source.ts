/** A folder of every kind of entry, and its repository, for tests that look into snapshots. */
import { execFileSync } from 'node:child_process'
import { chmod, chown, link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { systemPath } from '../files/file-system.ts'
import { pseudoRandom } from '../test-repository.ts'

const root = process.getuid?.() === 0

/** Files with odd names, sizes, times and owners, two names of one file, links and a fifo; devices where root makes it. */
export async function makeSource(folder: string): Promise<void> {
  const at = (...names: string[]) => path.join(folder, ...names)
  await mkdir(at('deep', 'er', 'empty'), { recursive: true })
  await mkdir(at('x'.repeat(90), 'y'.repeat(90)), { recursive: true })
  await writeFile(at('x'.repeat(90), 'y'.repeat(90), 'z'.repeat(120)), 'far away')
  await writeFile(at('large'), pseudoRandom(7, 3_000_000))
  await writeFile(at('zeros'), Buffer.alloc(2_500_000))
  await writeFile(at('empty'), '')
  await writeFile(at('deep', 'recipe.csv'), 'step;1\n'.repeat(300))
  await writeFile(at('deep', 'er', 'Recipe.bak'), 'step;0\n')
  for (const name of ['grüße-漢字-🤖', 'tab\tnew\nline', '[a]', 'a=b%']) await writeFile(at(name), name)
  await writeFile(systemPath(`${folder}/latin-\udcfc`), 'a name in an 8-bit code page')
  await symlink('deep/recipe.csv', at('link'))
  await symlink('l'.repeat(150), at('long-link'))
  await link(at('large'), at('deep', 'second-name'))
  execFileSync('mkfifo', [at('fifo')])
  await chmod(at('empty'), 0o4751)
  await chmod(at('deep', 'er'), 0o2750)
  await utimes(at('deep', 'recipe.csv'), 1_000_000_000.25, 1_234_567_890.654321)
  await utimes(at('deep', 'er', 'empty'), 86_400, 86_400)
  if (root) await ownAndDevices(at)
}

async function ownAndDevices(at: (...names: string[]) => string): Promise<void> {
  await chown(at('deep', 'recipe.csv'), 1234, 4321)
  await chown(at('zeros'), 3_000_000_000, 2_999_999_999)
  execFileSync('mknod', [at('char'), 'c', '1', '7'])
  execFileSync('mknod', [at('block'), 'b', '259', '70000'])
}

/** The next day: one of every change that a comparison tells. */
export async function changeSource(folder: string): Promise<void> {
  const at = (...names: string[]) => path.join(folder, ...names)
  await writeFile(at('deep', 'recipe.csv'), 'step;2\n'.repeat(300))
  await writeFile(at('deep', 'new'), 'new')
  await mkdir(at('added', 'below'), { recursive: true })
  await writeFile(at('added', 'below', 'file'), pseudoRandom(8, 700_000))
  await chmod(at('zeros'), 0o600)
  execFileSync('rm', ['-r', at('x'.repeat(90)), at('link'), at('fifo'), at('deep', 'er', 'Recipe.bak')])
  await mkdir(at('link'))
  await writeFile(at('fifo'), 'now a file')
}

import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { backup } from '../../backup.ts'
import { contentOf, filePaths } from '../contents.ts'
import type { Scene } from '../scene.ts'

/** Backs up the files on disk, as the command does. */
export async function backUp(scene: Scene): Promise<void> {
  const { here, signal, folder, files } = scene
  const { repository, changes } = here
  await lay(folder, files)
  const prefix = folder.slice(1)
  const stored = Object.fromEntries(Object.entries(files).map(([name, content]) => [`${prefix}/${name}`, content]))
  const known = { hostname: 'files', tags: ['disk'], time: scene.nextTime(), files: stored, original: null }
  changes.coming(known)
  const time = new Date(known.time)
  const { snapshot, failed } = await backup(repository, [folder], { hostname: 'files', tags: ['disk'], time }, signal)
  if (failed > 0) throw new Error(`${failed} files could not be read`)
  changes.came(known, snapshot)
}

/** Files that are as they were are not written again: a backup finds them unchanged. */
async function lay(folder: string, files: Scene['files']): Promise<void> {
  const before = laid.get(folder) ?? {}
  for (const name of filePaths) {
    const file = path.join(folder, name)
    const content = files[name]
    if (content === before[name]) continue
    await rm(file, { force: true })
    if (content === undefined) continue
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, contentOf(content))
  }
  await mkdir(folder, { recursive: true })
  laid.set(folder, files)
}

/** What was laid there last. */
const laid = new Map<string, Scene['files']>()

import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Files with a line of their own each in one folder, or empty ones in folders of a thousand. */
export async function makeManyFiles(
  folder: string,
  count: number,
  layout: 'one-folder' | 'many-folders',
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (let number = 0; number < count; number += 1) {
    signal.throwIfAborted()
    const spread = layout === 'many-folders'
    const within = spread ? path.join(folder, `part-${Math.floor(number / 1000)}`) : folder
    if (spread && number % 1000 === 0) await mkdir(within)
    await writeFile(
      path.join(within, `recipe-${String(number).padStart(7, '0')}.txt`),
      spread ? '' : `recipe ${number}\n`,
    )
  }
}

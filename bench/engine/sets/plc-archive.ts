import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { zipOf } from '../../../lab/zip-file.ts'
import { moveOnce, type SetRecipe } from './bench-set.ts'
import { content } from './content.ts'
import { edited, head, newProject, type PlcProject, projectXml } from './plc-project.ts'
import { logNormal, type SeededRandom, seededRandom } from './seeded-random.ts'

const projects = 2_000
const versions = 10
/** One project in so many has an eleventh version: what arrives in the second state. */
const changedOf = 10
const newest = 'incoming'

/** The archive of a plant: 2,000 projects, zips and XML documents, ten versions of each side by side. */
export const plcArchive: SetRecipe = {
  name: 'plc-1',
  async build(folder, scale, signal) {
    let [files, bytes] = [0, 0]
    for (let number = 0; number < projects * scale; number += 1) {
      signal.throwIfAborted()
      const kept = versions + (number % changedOf === 0 ? 1 : 0)
      for (const [version, file] of projectFiles(number, kept).entries()) {
        const late = version >= versions
        const place = path.join(folder, ...(late ? [newest] : ['archive', `line-${number % 12}`, `plc-${number}`]))
        await mkdir(place, { recursive: true })
        await writeFile(path.join(place, `plc-${number}-V${version + 1}${file.ending}`), file.bytes)
        files += late ? 0 : 1
        bytes += late ? 0 : file.bytes.byteLength
      }
    }
    return { files, bytes }
  },
  states(folder) {
    const source = path.join(folder, 'archive')
    return {
      source,
      change: () => moveOnce(path.join(folder, newest), path.join(source, newest)),
      revert: () => moveOnce(path.join(source, newest), path.join(folder, newest)),
    }
  },
}

/** Every version of one project, as its tool writes it: as a zip with compiled code, or as one XML document. */
function projectFiles(number: number, count: number): { ending: string; bytes: Buffer }[] {
  const random = seededRandom(`plc ${number}`)
  const zipped = number % 2 === 0
  const size = Math.min(4_000_000, logNormal(random, zipped ? 180_000 : 45_000, 1))
  let project = newProject(`PLC_${number}`, size, random)
  const files: { ending: string; bytes: Buffer }[] = []
  const code = content('program', Math.ceil(size / 4), random)
  const picture = content('packed', 2_000 + random.integer(30_000), random)
  for (let version = 0; version < count; version += 1) {
    if (version > 0) {
      project = edited(project, random)
      recompile(code, random)
    }
    const bytes = zipped ? zipOf(members(project, code, picture)) : Buffer.from(projectXml(project))
    files.push({ ending: zipped ? '.zip' : '.xml', bytes })
  }
  return files
}

function members(project: PlcProject, code: Buffer, picture: Buffer): Record<string, string | Uint8Array> {
  const blocks = project.blocks.map((block, index) => [`blocks/${index}.xml`, block] as const)
  return { 'project.xml': head(project), ...Object.fromEntries(blocks), 'code.bin': code, 'thumbnail.png': picture }
}

/** A compiler changes what belongs to the edited block, and nothing else. */
function recompile(code: Buffer, random: SeededRandom): void {
  const at = random.integer(code.byteLength)
  content('program', Math.min(512, code.byteLength - at), random).copy(code, at)
}

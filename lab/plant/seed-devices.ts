import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { bootApplication, bootChecksum, robotProgram } from './compiled.ts'
import { historianFile, makeHistorian } from './historian.ts'
import { bottlePicture, rasterFont, valvePicture } from './picture.ts'
import { deviceFolder, networkDevices } from './plant-state.ts'

/** Where the plant's `site.yaml` and its seeds lie. */
export const exampleFolder = import.meta.dirname

/** Puts every network device that holds nothing yet, and the historian, in the state in which they were delivered. */
export async function seedDevices(folder: string, now: Date): Promise<void> {
  for (const device of networkDevices) {
    if (!(await exists(deviceFolder(folder, device)))) await resetDevice(folder, device)
  }
  if (!(await exists(historianFile(folder)))) {
    const schema = await readFile(path.join(exampleFolder, 'devices', 'historian', 'schema.sql'), 'utf8')
    await mkdir(deviceFolder(folder, 'historian'), { recursive: true })
    makeHistorian(historianFile(folder), schema, now)
  }
}

/** Makes the device hold its seed and nothing else, whatever it held. */
export async function resetDevice(folder: string, device: (typeof networkDevices)[number]): Promise<void> {
  const to = deviceFolder(folder, device)
  const fresh = `${to}.new`
  await rm(fresh, { recursive: true, force: true })
  await cp(path.join(exampleFolder, 'devices', device), fresh, { recursive: true, preserveTimestamps: true })
  await makeBinaries(fresh, device)
  await rm(to, { recursive: true, force: true })
  await cp(fresh, to, { recursive: true, preserveTimestamps: true })
  await rm(fresh, { recursive: true })
}

async function makeBinaries(folder: string, device: (typeof networkDevices)[number]): Promise<void> {
  if (device === 'plc-filler') {
    const application = bootApplication(await programUnits(path.join(folder, 'TwinCAT', 'Filler')))
    await writeFile(path.join(folder, bootPath, 'Port_851.app'), application)
    await writeFile(path.join(folder, bootPath, 'Port_851.crc'), bootChecksum(application))
  } else if (device === 'robot-palletiser') {
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.LS')) continue
      const listing = await readFile(path.join(folder, name), 'latin1')
      await writeFile(path.join(folder, name.replace(/LS$/, 'TP')), robotProgram(name.slice(0, -3), listing))
    }
  } else if (device === 'hmi-filler') {
    const project = path.join(folder, 'project')
    for (const sub of ['pictures', 'fonts']) await mkdir(path.join(project, sub))
    await writeFile(path.join(project, 'pictures', 'bottle.png'), bottlePicture())
    await writeFile(path.join(project, 'pictures', 'valve.png'), valvePicture())
    await writeFile(path.join(project, 'fonts', 'line16.fnt'), rasterFont())
  } else await cp(path.join(folder, 'running-config'), path.join(folder, 'startup-config'))
}

export const bootPath = 'TwinCAT/Boot'

/** The files of a project that are compiled, by the name of the unit. */
async function programUnits(project: string): Promise<Map<string, string>> {
  const units = new Map<string, string>()
  for (const file of await readdir(project, { recursive: true })) {
    if (!/\.Tc(?:POU|DUT|GVL)$/.test(file)) continue
    units.set(path.parse(file).name, await readFile(path.join(project, file), 'utf8'))
  }
  return units
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

import { bootApplication, bootChecksum } from './compiled.ts'
import { openFtpFiles } from './device-files.ts'
import type { PlantState } from './plant-state.ts'
import { bootPath } from './seed-devices.ts'

/** One thing that a hurried technician does, and does not write down. */
interface Edit {
  readonly unit: string
  readonly did: string
  /** Null where the program does not look as it must for this: it was done before, or something else was. */
  change(text: string): string | null
}

const project = '/TwinCAT/Filler/FillerPlc'

/** In the order in which they are tried; the last one can always be done again. */
const edits: readonly Edit[] = [
  {
    unit: 'FB_FillValve',
    did: 'gave a bottle 4.9 s instead of 4.2 s to fill, commented out the check for short fills and forgot a debug line',
    change: text =>
      replaced(text, [
        ['T#4s200ms', 'T#4s900ms'],
        ['            bFault := fVolume <', '//          bFault := fVolume <'],
        ['    tonClose  : TON;', '    tonClose  : TON;\r\n    nDebug    : UDINT;'],
        [
          '            eState := E_FillState.Filling;',
          '            eState := E_FillState.Filling;\r\n            nDebug := nDebug + 1;   // test JM, REMOVE',
        ],
      ]),
  },
  {
    unit: 'FB_Conveyor',
    did: 'raised the top speed of the conveyor from 0.60 to 0.75 m/s and made the jam detection twice as patient',
    change: text =>
      replaced(text, [
        ['cMaxSpeed : LREAL := 0.60;', 'cMaxSpeed : LREAL := 0.75;'],
        ['PT := T#1s500ms', 'PT := T#3s'],
      ]),
  },
  {
    unit: 'FB_Capper',
    did: 'switched off the fault after three wrong caps in sequence',
    change: text =>
      replaced(text, [
        ['IF nInSequence >= cMaxInSequence THEN', 'IF FALSE THEN // nInSequence >= cMaxInSequence, till new caps come'],
      ]),
  },
  {
    unit: 'FB_FillValve',
    did: 'gave a bottle another 150 ms to fill',
    change(text) {
      const found = /T#(\d+)s(\d+)ms;(?= +\/\/ longest)/.exec(text)
      if (found === null) return null
      const time = Number(found[1]) * 1000 + Number(found[2]) + 150
      return text.replace(found[0], `T#${Math.trunc(time / 1000)}s${time % 1000}ms;`)
    },
  },
]

/** Loads a changed program into the running PLC: sources, boot application, checksum. Returns what was done, for a sentence. */
export async function tamperPlc(state: PlantState): Promise<string> {
  await using files = await openFtpFiles(state, 'plc-filler')
  const listed = (await files.read(`${project}/FillerPlc.plcproj`)).toString('utf8')
  const sources = new Map<string, string>()
  for (const [, path = ''] of listed.matchAll(/<Compile Include="([^"]+\.Tc(?:POU|DUT|GVL))">/g)) {
    const place = `${project}/${path.replaceAll('\\', '/')}`
    sources.set(place, (await files.read(place)).toString('utf8'))
  }
  const { place, text, did } = firstEdit(sources)
  sources.set(place, withNewLineIds(withProductVersion(text)))
  await files.write(place, sources.get(place) ?? '')
  // the tool stamps what it merely opened, too
  for (const [other, content] of sources) {
    if (!other.endsWith('/MAIN.TcPOU') || other === place) continue
    sources.set(other, withProductVersion(content))
    await files.write(other, withProductVersion(content))
  }
  const units = [...sources].map(([path, content]) => [path.replace(/^.*\/|\.\w+$/g, ''), content] as const)
  const application = bootApplication(new Map(units))
  await files.write(`/${bootPath}/Port_851.app`, application)
  await files.write(`/${bootPath}/Port_851.crc`, bootChecksum(application))
  return `${did} (${place.replace(/^.*\//, '')})`
}

function firstEdit(sources: ReadonlyMap<string, string>): { place: string; text: string; did: string } {
  for (const edit of edits) {
    for (const [place, text] of sources) {
      const changed = place.endsWith(`/${edit.unit}.TcPOU`) ? edit.change(text) : null
      if (changed !== null) return { place, text: changed, did: edit.did }
    }
  }
  throw new Error('the program on the PLC is not the one of the example any more: npm run lab -- reset')
}

/** The text with all of the replacements; null where one of them does not apply. */
function replaced(text: string, pairs: readonly (readonly [string, string])[]): string | null {
  let result = text
  for (const [from, to] of pairs) {
    if (!result.includes(from)) return null
    result = result.replace(from, () => to)
  }
  return result
}

function withProductVersion(text: string): string {
  return text.replace(/ProductVersion="[\d.]*"/, 'ProductVersion="3.1.4024.55"')
}

/** As the tool does after every edit: lines that it has not seen before get numbers of their own. */
function withNewLineIds(text: string): string {
  const next = Math.max(...[...text.matchAll(/<LineId Id="(\d+)"/g)].map(([, id]) => Number(id))) + 7
  return text.replace(/( *)<LineId Id="2" Count="0" \/>/, (last, indent) => {
    return `${indent}<LineId Id="${next}" Count="0" />\r\n${last}`
  })
}

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { mayNormalise, normalise } from './normalise.ts'

const corpus = path.resolve(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const skip = existsSync(corpus) ? false : 'the corpus ../shared/corpus is missing'

/** By history, the steps of corpus/EXPECTED.md that differ only in volatile bytes. */
const equivalents: Readonly<Record<string, readonly string[]>> = {
  'twincat/TcUnit_FB_TcUnitRunner_history': ['022', '026', '033'],
  'twincat/kfe-vac_PRG_SXR_VAC_history': ['012'],
  'twincat/kfe-vac_GVL_SXR_VAC_history': [],
  'twincat/TcUnit_plcproj_history': [],
  'rockwell/L5Sharp_Test.L5X_history_A': [],
  'codesys_plcopen/HomeAutomation_PLCopen.xml_history': [],
  'schneider/PACFramework_drvfn.xdb_history': [],
  'robots/UR_admittance_script_history': [],
}

describe('the histories of the corpus', { skip }, () => {
  for (const [history, expected] of Object.entries(equivalents)) {
    test(`${history}: ${expected.length === 0 ? 'every step is a version' : `${expected.join(', ')} are equivalent`}`, () => {
      const folder = path.join(corpus, history)
      const found: string[] = []
      let before: Uint8Array | null = null
      for (const name of readdirSync(folder).sort()) {
        const bytes = readFileSync(path.join(folder, name))
        const hint = { path: name, format: null }
        const after = normalise(hint, bytes)
        if (before !== null && Buffer.compare(before, after) === 0) found.push(name.slice(0, 3))
        if (Buffer.compare(after, bytes) !== 0) assert.ok(mayNormalise(hint, bytes.subarray(0, 4096)), name)
        before = after
      }
      assert.deepEqual(found, expected)
    })
  }
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { describe, test } from 'node:test'
import { testSite } from '../../lab/test-site.ts'
import { sweepAll } from '../../lab/test-sweep.ts'
import { compareStored } from './compare-stored.ts'
import { findVersion } from './find-version.ts'
import { restoreVersion } from './restore-version.ts'

const corpus = path.resolve(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const skip = existsSync(corpus) ? false : 'the corpus of real programs is not beside this checkout'
const never = new AbortController().signal

/** What each step of a history must be, from EXPECTED.md: the numbers of files that are no plain new version. */
const expected: Readonly<
  Record<string, { readonly equivalent: readonly string[]; readonly layout: readonly string[] }>
> = {
  'twincat/TcUnit_FB_TcUnitRunner_history': { equivalent: ['022', '026', '033'], layout: [] },
  'twincat/kfe-vac_PRG_SXR_VAC_history': { equivalent: ['012'], layout: ['015'] },
  'twincat/kfe-vac_GVL_SXR_VAC_history': { equivalent: [], layout: ['012'] },
  'twincat/TcUnit_plcproj_history': { equivalent: [], layout: [] },
  'rockwell/L5Sharp_Test.L5X_history_A': { equivalent: [], layout: [] },
  'codesys_plcopen/HomeAutomation_PLCopen.xml_history': { equivalent: [], layout: [] },
  'schneider/PACFramework_drvfn.xdb_history': { equivalent: [], layout: [] },
  'robots/UR_admittance_script_history': { equivalent: [], layout: [] },
}

describe('the real corpus', { skip }, () => {
  test('EXPECTED.md says what this test expects, of every history that there is', () => {
    const folders = globSync('*/*_history*', { cwd: corpus }).sort()
    assert.deepEqual(folders, Object.keys(expected).sort())
  })

  for (const [history, { equivalent, layout }] of Object.entries(expected)) {
    test(`${history}, replayed file by file: a version a step, with the outcome that it must have`, async () => {
      await using site = await testSite([{ id: 'plc/program', path: './program' }])
      await using archive = await site.open()
      const files = (await readdir(path.join(corpus, history))).sort()
      for (const [step, file] of files.entries()) {
        const number = file.slice(0, 3)
        await mkdir(site.at('program'), { recursive: true })
        await cp(path.join(corpus, history, file), site.at('program', `program${path.extname(file)}`))
        const [result] = await sweepAll(archive)
        assert.equal(
          result?.outcome,
          equivalent.includes(number) ? 'equivalent' : 'version',
          `step ${file}: ${result?.error?.message ?? ''}`,
        )
        if (step === 0) continue
        const [before, after] = [
          await findVersion(archive.record, 'plc/program', 'previous'),
          await findVersion(archive.record, 'plc/program', 'latest'),
        ]
        const comparison = await compareStored(archive, before, after, 3, never)
        assert.equal(comparison.equal, false, file)
        assert.equal(comparison.equivalent, equivalent.includes(number), file)
        const kinds = comparison.changes.map(change => change.kind)
        assert.equal(
          kinds.every(kind => kind === 'layout'),
          layout.includes(number),
          `${file}: ${kinds}`,
        )
      }
      assert.equal((await archive.record.catalog.versions('plc/program')).length, files.length)
    })
  }

  test('every file goes in and comes out identical', async () => {
    const folders = (await readdir(corpus, { withFileTypes: true })).filter(entry => entry.isDirectory())
    await using site = await testSite(
      folders.map(({ name }) => ({ id: `corpus/${name.replaceAll('_', '-')}`, path: path.join(corpus, name) })),
    )
    await using archive = await site.open()
    for (const result of await sweepAll(archive)) assert.equal(result.outcome, 'version', result.error?.message ?? '')
    for (const { name } of folders) {
      const version = await findVersion(archive.record, `corpus/${name.replaceAll('_', '-')}`, 'latest')
      await restoreVersion(archive, version, { target: site.at('out', name), onProgress: () => undefined }, never)
      execFileSync('diff', ['-r', path.join(corpus, name), site.at('out', name)])
      await rm(site.at('out'), { recursive: true })
    }
    for (const result of await sweepAll(archive)) assert.equal(result.outcome, 'confirmed', result.item)
  })
})

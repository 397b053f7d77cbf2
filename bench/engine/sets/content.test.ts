import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { type ContentKind, content } from './content.ts'
import { edited, newProject, projectXml } from './plc-project.ts'
import { seededRandom } from './seeded-random.ts'

const bytes = 1_000_000
/** What zstd may leave of a kind. */
const left: readonly [ContentKind, number, number][] = [
  ['text', 0.25, 0.45],
  ['program', 0.4, 0.75],
  ['pages', 0.2, 0.45],
  ['packed', 1, 1.01],
  ['zeros', 0, 0.001],
]

for (const [kind, least, most] of left) {
  test(`${kind}: the same bytes for the same seed, others for another, and as compressible as is said`, () => {
    const made = content(kind, bytes, seededRandom('a'))
    assert.equal(made.byteLength, bytes)
    assert.ok(made.equals(content(kind, bytes, seededRandom('a'))))
    assert.equal(made.equals(content(kind, bytes, seededRandom('b'))), kind === 'zeros')
    const part = zstdCompressSync(made).byteLength / bytes
    assert.ok(part >= least && part <= most, `${part}`)
  })
}

test('a version of a project differs from the one before in few lines', () => {
  const random = seededRandom('project')
  const first = newProject('PLC_1', 50_000, random)
  const second = edited(first, random)
  const before = new Set(projectXml(first).split('\n'))
  const lines = projectXml(second).split('\n')
  const others = lines.filter(line => !before.has(line)).length
  assert.ok(others > 0 && others < lines.length / 4, `${others} of ${lines.length}`)
})

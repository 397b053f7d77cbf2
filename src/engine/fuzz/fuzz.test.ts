import assert from 'node:assert/strict'
import { it } from 'node:test'
import { subjects } from './all.ts'
import { fuzz } from './fuzz.ts'

const inputs = 1000

for (const { name } of subjects) {
  it(`${name}: ${inputs} damaged or forged inputs are refused by name, or decode to what encodes again`, async t => {
    const { accepted } = await fuzz(name, inputs, 1)
    t.diagnostic(`${accepted} of ${inputs} were taken`)
    assert.ok(accepted > inputs / 50, `${accepted} of ${inputs} were taken`)
  })
}

import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { SealingKey } from './sealing-key.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

/** Bernstein, "The Poly1305-AES message-authentication code" (2005), appendix B. */
const vectors = [
  {
    message: 'f3f6',
    k: 'ec074c835580741701425b623235add6',
    r: '851fc40c3467ac0be05cc20404f3f700',
    nonce: 'fb447350c4e868c52ac3275cf9d4327e',
    tag: 'f4c633c3044fc145f84f335cb81953de',
  },
  {
    message: '',
    k: '75deaa25c09f208e1dc4ce6b5cad3fbf',
    r: 'a0f3080000f46400d0c7e9076c834403',
    nonce: '61ee09218d29b0aaed7e154a2c5509cc',
    tag: 'dd3fab2251f11ac759f0887129cc2ee7',
  },
  {
    message: '663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136',
    k: '6acb5f61a7176dd320c5c1eb2edcdc74',
    r: '48443d0bb0d21109c89a100b5ce2c208',
    nonce: 'ae212a55399729595dea458bc621ff0e',
    tag: '0ee1c16bb73f0f4fd19881753c01cdbe',
  },
  {
    message:
      'ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9',
    k: 'e1a5668a4d5b66a5f68cc5424ed5982d',
    r: '12976a08c4426d0ce8a82407c4f48207',
    nonce: '9ae831e743978d3a23527c7128149e3a',
    tag: '5154ad0d2cb26e01274fc51148491f1b',
  },
]

for (const [i, { message, k, r, nonce, tag }] of vectors.entries()) {
  it(`authenticates as Poly1305-AES does (published vector ${i + 1})`, () => {
    const key = new SealingKey(Buffer.alloc(32, 7), hex(k), hex(r))
    assert.notEqual(key.open(Buffer.concat([hex(nonce), hex(message), hex(tag)])), null)
    const wrong = hex(tag)
    wrong[3] = wrong[3]! ^ 1
    assert.equal(key.open(Buffer.concat([hex(nonce), hex(message), wrong])), null)
  })
}

it('opens what it sealed, and every flipped bit and every truncation is refused', () => {
  const key = SealingKey.random()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), plain => {
      const sealed = key.seal(plain)
      assert.equal(sealed.byteLength, plain.byteLength + 32)
      assert.ok(key.open(sealed)?.equals(plain))
      for (let bit = 0; bit < sealed.byteLength * 8; bit += 1) {
        const flipped = Buffer.from(sealed)
        flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7))
        assert.equal(key.open(flipped), null)
      }
      for (let length = 0; length < sealed.byteLength; length += 1) {
        assert.equal(key.open(sealed.subarray(0, length)), null)
      }
    }),
    { numRuns: 20 },
  )
})

it('is the same after it went through JSON, and another key opens nothing', () => {
  const key = SealingKey.random()
  const sealed = key.seal(Buffer.from('secret'))
  const again = SealingKey.fromJson(key.toJson())
  assert.equal(again.open(sealed)?.toString(), 'secret')
  assert.deepEqual(again.derive('x'), key.derive('x'))
  assert.notDeepEqual(again.derive('y'), key.derive('x'))
  assert.equal(SealingKey.random().open(sealed), null)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { pseudoRandom } from '../test-repository.ts'
import { nativeSealCodec } from './native-seal-codec.ts'
import { agrees, nodeSealCodec, type SealCodecOf } from './seal-codec.ts'
import { SealingKey, sealOverhead } from './sealing-key.ts'

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

const codecs: Readonly<Record<string, SealCodecOf | null>> = { node: nodeSealCodec, native: nativeSealCodec() }

for (const [name, codecOf] of Object.entries(codecs)) {
  const skip = codecOf === null && 'OpenSSL of this Node cannot be called directly: on Linux only'
  const keyOf = (k: Uint8Array, r: Uint8Array): SealingKey =>
    new SealingKey(Buffer.alloc(32, 7), k, r, codecOf ?? undefined)
  const key = keyOf(Buffer.alloc(16, 8), Buffer.alloc(16, 9))

  for (const [i, { message, k, r, nonce, tag }] of vectors.entries()) {
    it(`${name}: authenticates as Poly1305-AES does (published vector ${i + 1})`, { skip }, () => {
      const sealer = keyOf(hex(k), hex(r))
      assert.notEqual(sealer.open(Buffer.concat([hex(nonce), hex(message), hex(tag)])), null)
      const wrong = hex(tag)
      wrong[3] = wrong[3]! ^ 1
      assert.equal(sealer.open(Buffer.concat([hex(nonce), hex(message), wrong])), null)
    })
  }

  it(`${name}: encrypts as AES-256-CTR does (NIST SP 800-38A, F.5.5)`, { skip }, () => {
    const encrypt = hex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4')
    const plain = hex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411')
    const to = Buffer.alloc(plain.length)
    const codec = (codecOf ?? nodeSealCodec)(encrypt, Buffer.alloc(16))
    codec.counter(hex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), plain, to)
    assert.equal(to.toString('hex'), '601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94c')
  })

  it(`${name}: opens what it sealed, and every flipped bit and every truncation is refused`, { skip }, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), plain => {
        const sealed = key.seal(plain)
        assert.equal(sealed.byteLength, plain.byteLength + sealOverhead)
        assert.ok(key.open(sealed)?.equals(plain))
        for (let bit = 0; bit < sealed.byteLength * 8; bit += 1) {
          const flipped = Buffer.from(sealed)
          flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7))
          const before = Buffer.from(flipped)
          assert.equal(key.open(flipped), null)
          assert.equal(key.openInPlace(flipped), null)
          assert.ok(flipped.equals(before))
        }
        for (let length = 0; length < sealed.byteLength; length += 1) {
          assert.equal(key.open(sealed.subarray(0, length)), null)
        }
      }),
      { numRuns: 20 },
    )
  })

  it(`${name}: seals into a buffer and touches nothing around, from elsewhere or in place; the other codec opens it`, {
    skip,
  }, () => {
    const other = new SealingKey(Buffer.alloc(32, 7), Buffer.alloc(16, 8), Buffer.alloc(16, 9), nodeSealCodec)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(100), fc.boolean(), (plain, offset, inPlace) => {
        const target = Buffer.alloc(offset + plain.byteLength + sealOverhead + 10, 0xaa)
        const lying = target.subarray(offset + 16, offset + 16 + plain.byteLength)
        if (inPlace) lying.set(plain)
        const length = key.sealInto(inPlace ? lying : plain, target, offset)
        assert.equal(length, plain.byteLength + sealOverhead)
        assert.ok([...target.subarray(0, offset), ...target.subarray(offset + length)].every(byte => byte === 0xaa))
        const sealed = target.subarray(offset, offset + length)
        assert.ok(other.open(sealed)?.equals(plain))
        assert.ok(key.open(sealed)?.equals(plain))
        const opened = key.openInPlace(sealed)
        assert.equal(opened?.buffer, sealed.buffer)
        assert.ok(Buffer.from(opened ?? []).equals(plain))
        assert.ok(lying.equals(plain))
      }),
      { numRuns: 100 },
    )
  })

  it(`${name}: opens megabytes as they were`, { skip }, () => {
    const plain = pseudoRandom(1, 9_000_001)
    assert.ok(key.open(key.seal(plain))?.equals(plain))
  })
}

it('refuses to seal where there is no room', () => {
  const key = SealingKey.random()
  const target = Buffer.alloc(100)
  for (const offset of [-1, 1, 100, Number.NaN]) {
    assert.throws(() => key.sealInto(Buffer.alloc(68), target, offset), RangeError)
  }
  assert.ok(target.every(byte => byte === 0))
  assert.equal(key.sealInto(Buffer.alloc(68), target, 0), 100)
})

it('never takes the same nonce twice, nor do two keys made of the same bytes', () => {
  const keys = [SealingKey.random()]
  keys.push(SealingKey.fromJson(keys[0]!.toJson()))
  const nonces = new Set<string>()
  for (let i = 0; i < 3000; i += 1) nonces.add(keys[i % 2]!.seal(Buffer.alloc(0)).toString('hex', 0, 16))
  assert.equal(nonces.size, 3000)
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

it('takes the native codec where Node has one, and none that does otherwise', {
  skip: codecs.native === null && 'this Node keeps its OpenSSL to itself',
}, () => {
  assert.ok(agrees(codecs.native!))
  assert.ok(!agrees((encrypt, k) => ({ ...nodeSealCodec(encrypt, k), tag: (_message, _key, to) => void to.fill(0) })))
})

import type { Random } from './random.ts'

const extremes = [0, 1, 31, 32, 33, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** The bytes after a few faults: flipped bits, cuts, repetitions, pieces of `other`, extreme lengths, noise. */
export function mutatedBytes(random: Random, bytes: Uint8Array, other: Uint8Array): Buffer {
  if (random.oneIn(24)) return random.bytes(random.below(300))
  let changed: Buffer = Buffer.from(bytes)
  for (let faults = 1 + random.below(3); faults > 0; faults -= 1) changed = fault(random, changed, other)
  return changed
}

function fault(random: Random, bytes: Buffer, other: Uint8Array): Buffer {
  const at = random.below(bytes.byteLength + 1)
  const end = Math.min(bytes.byteLength, at + 1 + random.below(random.oneIn(4) ? bytes.byteLength + 1 : 40))
  const kind = random.below(9)
  if (kind === 0) return bytes.subarray(0, at)
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
  if (kind === 2) return repeated(random, bytes, at, end)
  if (kind === 3) return Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(20)), bytes.subarray(at)])
  if (kind === 4) return spliced(random, bytes, other, at)
  if (kind === 5) return bytes.fill(random.next(), at, end)
  if (bytes.byteLength === 0) return bytes
  const place = Math.min(at, bytes.byteLength - 1)
  if (kind === 6) bytes[place] = (bytes[place] as number) ^ (1 << random.below(8))
  else if (kind === 7 || place + 4 > bytes.byteLength) bytes[place] = random.pick(extremes)
  else bytes.writeUInt32LE(random.pick(extremes), place)
  return bytes
}

/** Mostly once more; now and then so often that counts and buffers are strained. */
function repeated(random: Random, bytes: Buffer, at: number, end: number): Buffer {
  const times = random.oneIn(200) ? 1 + random.below(2000) : 1 + random.below(3)
  const piece = bytes.subarray(at, end)
  return Buffer.concat([bytes.subarray(0, end), ...Array<Buffer>(times).fill(piece), bytes.subarray(end)])
}

function spliced(random: Random, bytes: Buffer, other: Uint8Array, at: number): Buffer {
  const from = random.below(other.byteLength + 1)
  return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random.below(other.byteLength + 1))])
}

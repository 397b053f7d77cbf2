// AssemblyScript, compiled to ../romix.wasm by lab/wasm.ts. Addresses are of the memory that the module is given.

/**
 * scrypt's ROMix (RFC 7914, 5) of two blocks of `bytes` bytes, at `pair` one behind the other, in place. `rows` is N;
 * `spare` has room for three such blocks, `table` for `rows` of either.
 */
export function romix(pair: usize, bytes: usize, rows: u32, spare: usize, table: usize): void {
  const zeros = spare + 2 * bytes
  const half = bytes * <usize>rows
  memory.fill(zeros, 0, bytes)
  for (let block = pair; block < pair + 2 * bytes; block += 64) toDiagonals(block, spare)
  memory.copy(table, pair, bytes)
  memory.copy(table + half, pair + bytes, bytes)
  for (let row = table; row < table + half - bytes; row += bytes) {
    mix(row, row + half, zeros, zeros, row + bytes, row + bytes + half, bytes)
  }
  mix(table + half - bytes, table + 2 * half - bytes, zeros, zeros, pair, pair + bytes, bytes)
  let from = pair
  let to = spare
  for (let i: u32 = 0; i < rows; i++) {
    const a = table + <usize>(lastBlock(from, bytes) & (rows - 1)) * bytes
    const b = table + half + <usize>(lastBlock(from + bytes, bytes) & (rows - 1)) * bytes
    mix(from, from + bytes, a, b, to, to + bytes, bytes)
    const next = from
    from = to
    to = next
  }
  // `rows` is even: the outcome lies at `pair` again
  for (let block = pair; block < pair + 2 * bytes; block += 64) fromDiagonals(block, spare)
}

/** The first word of the last 64 bytes. */
function lastBlock(at: usize, bytes: usize): u32 {
  return load<u32>(at + bytes - 64)
}

/** The order in which Salsa20 takes four words of a block at once. */
function toDiagonals(block: usize, spare: usize): void {
  memory.copy(spare, block, 64)
  for (let i: usize = 0; i < 16; i++) store<u32>(block + 4 * i, load<u32>(spare + 4 * ((i * 5) & 15)))
}

function fromDiagonals(block: usize, spare: usize): void {
  memory.copy(spare, block, 64)
  for (let i: usize = 0; i < 16; i++) store<u32>(block + 4 * ((i * 5) & 15), load<u32>(spare + 4 * i))
}

function rotated(x: v128, bits: i32): v128 {
  return v128.or(v128.shl<u32>(x, bits), v128.shr<u32>(x, 32 - bits))
}

/** BlockMix (RFC 7914, 4) of `a` xor `xa` to `ta`, and of `b` xor `xb` to `tb`: where one waits for its last step, the other goes on. */
function mix(a: usize, b: usize, xa: usize, xb: usize, ta: usize, tb: usize, bytes: usize): void {
  const end = bytes - 64
  let a0 = v128.xor(v128.load(a + end), v128.load(xa + end))
  let a1 = v128.xor(v128.load(a + end, 16), v128.load(xa + end, 16))
  let a2 = v128.xor(v128.load(a + end, 32), v128.load(xa + end, 32))
  let a3 = v128.xor(v128.load(a + end, 48), v128.load(xa + end, 48))
  let b0 = v128.xor(v128.load(b + end), v128.load(xb + end))
  let b1 = v128.xor(v128.load(b + end, 16), v128.load(xb + end, 16))
  let b2 = v128.xor(v128.load(b + end, 32), v128.load(xb + end, 32))
  let b3 = v128.xor(v128.load(b + end, 48), v128.load(xb + end, 48))
  // blocks 0, 2, 4 … come first, then 1, 3, 5 …
  let here: usize = 0
  let there = bytes >> 1
  for (let at: usize = 0; at <= end; at += 64) {
    a0 = v128.xor(a0, v128.xor(v128.load(a + at), v128.load(xa + at)))
    a1 = v128.xor(a1, v128.xor(v128.load(a + at, 16), v128.load(xa + at, 16)))
    a2 = v128.xor(a2, v128.xor(v128.load(a + at, 32), v128.load(xa + at, 32)))
    a3 = v128.xor(a3, v128.xor(v128.load(a + at, 48), v128.load(xa + at, 48)))
    b0 = v128.xor(b0, v128.xor(v128.load(b + at), v128.load(xb + at)))
    b1 = v128.xor(b1, v128.xor(v128.load(b + at, 16), v128.load(xb + at, 16)))
    b2 = v128.xor(b2, v128.xor(v128.load(b + at, 32), v128.load(xb + at, 32)))
    b3 = v128.xor(b3, v128.xor(v128.load(b + at, 48), v128.load(xb + at, 48)))
    // the input of the rounds is added to their outcome: it lies where the outcome will
    const outA = ta + here
    const outB = tb + here
    v128.store(outA, a0)
    v128.store(outA, a1, 16)
    v128.store(outA, a2, 32)
    v128.store(outA, a3, 48)
    v128.store(outB, b0)
    v128.store(outB, b1, 16)
    v128.store(outB, b2, 32)
    v128.store(outB, b3, 48)
    for (let round = 0; round < 4; round++) {
      a1 = v128.xor(a1, rotated(v128.add<u32>(a0, a3), 7))
      b1 = v128.xor(b1, rotated(v128.add<u32>(b0, b3), 7))
      a2 = v128.xor(a2, rotated(v128.add<u32>(a1, a0), 9))
      b2 = v128.xor(b2, rotated(v128.add<u32>(b1, b0), 9))
      a3 = v128.xor(a3, rotated(v128.add<u32>(a2, a1), 13))
      b3 = v128.xor(b3, rotated(v128.add<u32>(b2, b1), 13))
      a0 = v128.xor(a0, rotated(v128.add<u32>(a3, a2), 18))
      b0 = v128.xor(b0, rotated(v128.add<u32>(b3, b2), 18))
      a1 = v128.shuffle<u32>(a1, a1, 3, 0, 1, 2)
      b1 = v128.shuffle<u32>(b1, b1, 3, 0, 1, 2)
      a2 = v128.shuffle<u32>(a2, a2, 2, 3, 0, 1)
      b2 = v128.shuffle<u32>(b2, b2, 2, 3, 0, 1)
      a3 = v128.shuffle<u32>(a3, a3, 1, 2, 3, 0)
      b3 = v128.shuffle<u32>(b3, b3, 1, 2, 3, 0)
      a3 = v128.xor(a3, rotated(v128.add<u32>(a0, a1), 7))
      b3 = v128.xor(b3, rotated(v128.add<u32>(b0, b1), 7))
      a2 = v128.xor(a2, rotated(v128.add<u32>(a3, a0), 9))
      b2 = v128.xor(b2, rotated(v128.add<u32>(b3, b0), 9))
      a1 = v128.xor(a1, rotated(v128.add<u32>(a2, a3), 13))
      b1 = v128.xor(b1, rotated(v128.add<u32>(b2, b3), 13))
      a0 = v128.xor(a0, rotated(v128.add<u32>(a1, a2), 18))
      b0 = v128.xor(b0, rotated(v128.add<u32>(b1, b2), 18))
      a1 = v128.shuffle<u32>(a1, a1, 1, 2, 3, 0)
      b1 = v128.shuffle<u32>(b1, b1, 1, 2, 3, 0)
      a2 = v128.shuffle<u32>(a2, a2, 2, 3, 0, 1)
      b2 = v128.shuffle<u32>(b2, b2, 2, 3, 0, 1)
      a3 = v128.shuffle<u32>(a3, a3, 3, 0, 1, 2)
      b3 = v128.shuffle<u32>(b3, b3, 3, 0, 1, 2)
    }
    a0 = v128.add<u32>(a0, v128.load(outA))
    a1 = v128.add<u32>(a1, v128.load(outA, 16))
    a2 = v128.add<u32>(a2, v128.load(outA, 32))
    a3 = v128.add<u32>(a3, v128.load(outA, 48))
    b0 = v128.add<u32>(b0, v128.load(outB))
    b1 = v128.add<u32>(b1, v128.load(outB, 16))
    b2 = v128.add<u32>(b2, v128.load(outB, 32))
    b3 = v128.add<u32>(b3, v128.load(outB, 48))
    v128.store(outA, a0)
    v128.store(outA, a1, 16)
    v128.store(outA, a2, 32)
    v128.store(outA, a3, 48)
    v128.store(outB, b0)
    v128.store(outB, b1, 16)
    v128.store(outB, b2, 32)
    v128.store(outB, b3, 48)
    const next = here + 64
    here = there
    there = next
  }
}

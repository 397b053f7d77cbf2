/**
 * 16 bytes each of 16 stripes, which begin at `from` and then every `stripe` bytes, to 16 rows at `to`: row n has byte n of
 * each stripe.
 */
export function transpose(from: usize, stripe: usize, to: usize): void {
  transposeHalf(from, stripe, to)
  transposeHalf(from + 8, stripe, to + 128)
}

/** 8 bytes of each stripe: more at once would not fit into the registers. Four rounds of riffling do it. */
function transposeHalf(from: usize, stripe: usize, to: usize): void {
  const a0 = lowHalves(v128.load64_zero(from), v128.load64_zero(from + 8 * stripe))
  const a1 = lowHalves(v128.load64_zero(from + stripe), v128.load64_zero(from + 9 * stripe))
  const a2 = lowHalves(v128.load64_zero(from + 2 * stripe), v128.load64_zero(from + 10 * stripe))
  const a3 = lowHalves(v128.load64_zero(from + 3 * stripe), v128.load64_zero(from + 11 * stripe))
  const a4 = lowHalves(v128.load64_zero(from + 4 * stripe), v128.load64_zero(from + 12 * stripe))
  const a5 = lowHalves(v128.load64_zero(from + 5 * stripe), v128.load64_zero(from + 13 * stripe))
  const a6 = lowHalves(v128.load64_zero(from + 6 * stripe), v128.load64_zero(from + 14 * stripe))
  const a7 = lowHalves(v128.load64_zero(from + 7 * stripe), v128.load64_zero(from + 15 * stripe))
  const b0 = lowHalves(a0, a4)
  const b1 = highHalves(a0, a4)
  const b2 = lowHalves(a1, a5)
  const b3 = highHalves(a1, a5)
  const b4 = lowHalves(a2, a6)
  const b5 = highHalves(a2, a6)
  const b6 = lowHalves(a3, a7)
  const b7 = highHalves(a3, a7)
  const c0 = lowHalves(b0, b4)
  const c1 = highHalves(b0, b4)
  const c2 = lowHalves(b1, b5)
  const c3 = highHalves(b1, b5)
  const c4 = lowHalves(b2, b6)
  const c5 = highHalves(b2, b6)
  const c6 = lowHalves(b3, b7)
  const c7 = highHalves(b3, b7)
  v128.store(to, lowHalves(c0, c4), 0)
  v128.store(to, highHalves(c0, c4), 16)
  v128.store(to, lowHalves(c1, c5), 32)
  v128.store(to, highHalves(c1, c5), 48)
  v128.store(to, lowHalves(c2, c6), 64)
  v128.store(to, highHalves(c2, c6), 80)
  v128.store(to, lowHalves(c3, c7), 96)
  v128.store(to, highHalves(c3, c7), 112)
}

/** The first 8 bytes of both, in turn. */
function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

/** The last 8 bytes of both, in turn. */
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
}

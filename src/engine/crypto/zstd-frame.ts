const magic = 0xfd2fb528

/** Bytes of plain content that a zstd frame says it holds (RFC 8878, 3.1.1); null where it does not say. Throws for no frame. */
export function statedSize(frame: Buffer): number | null {
  if (frame.byteLength < 6 || frame.readUInt32LE(0) !== magic) throw new RangeError('not a zstd frame')
  const descriptor = frame.readUInt8(4)
  const single = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >> 6
  const bytes = sizeFlag === 0 ? (single ? 1 : 0) : 2 ** sizeFlag
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number)
  if (bytes === 0 || at + bytes > frame.byteLength) return null
  if (bytes === 8) return Number(frame.readBigUInt64LE(at))
  return frame.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0)
}

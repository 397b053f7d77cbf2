// Small binaries for the HMI's project: pictures in PNG form, and a raster font.
import { crc32, deflateSync } from 'node:zlib'

type Colour = readonly [red: number, green: number, blue: number]

/** An 8-bit PNG (RFC 2083) of `width` by `height`; `paint` gives the colour of a pixel. */
export function png(width: number, height: number, paint: (x: number, y: number) => Colour): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8) // 8 bits, red-green-blue, no interlace
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: width }, (_, x) => paint(x, y)).flat()]),
  )
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(Buffer.concat(rows))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

const background: Colour = [29, 39, 51]

export function bottlePicture(): Buffer {
  return png(64, 160, (x, y) => {
    const half = y < 12 ? 8 : y < 40 ? 7 + ((y - 12) * 15) / 28 : 22
    if (Math.abs(x - 32) > half) return background
    return y < 12 ? [39, 174, 96] : y < 50 ? [190, 215, 230] : [88, 155, 205]
  })
}

export function valvePicture(): Buffer {
  return png(48, 48, (x, y) => {
    if (Math.abs(y - 24) <= Math.abs(x - 24) * 0.7) return [120, 200, 150]
    return Math.abs(x - 24) < 3 && y < 24 ? [200, 205, 210] : background
  })
}

/** 96 characters of 16 rows of 16 bits; what they look like is of no concern here. */
export function rasterFont(): Buffer {
  const glyphs = Buffer.alloc(96 * 32)
  for (let at = 0; at < glyphs.length; at += 1) glyphs[at] = (at * 37 + (at >> 5) * 11) & 0x7e
  return Buffer.concat([Buffer.from('LABFNT16', 'latin1'), glyphs])
}

import { useMemo } from 'react'
import { qrCode } from './qr-code.ts'

/** Pixels of a module: whole ones, or lines blur. */
const scale = 4
/** Light modules around the code, without which nothing reads it. */
const quiet = 4

/** A text as a QR code, dark on light in every theme; nothing where it is too long. */
export function QrPicture({ text, label }: { text: string; label: string }) {
  const code = useMemo(() => qrCode(text), [text])
  if (code === null) return null
  const size = code.length + 2 * quiet
  const path = code
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + quiet} ${y + quiet}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg
      className="qr"
      width={size * scale}
      height={size * scale}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

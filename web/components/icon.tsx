interface Shape {
  readonly box: string
  readonly paths: readonly { readonly d: string; readonly transform: string | null; readonly evenOdd: boolean }[]
}

const shapes = new Map<string, Shape>()

/** An icon of iX, from its data address, drawn in the page itself: it takes the text's colour and needs no request. */
export function Icon({ of, label }: { of: string; label?: string }) {
  const { box, paths } = shapeOf(of)
  const named = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label }
  return (
    <svg className="icon-glyph" viewBox={box} focusable="false" {...named}>
      {paths.map(({ d, transform, evenOdd }) => (
        <path key={d} d={d} transform={transform ?? undefined} fillRule={evenOdd ? 'evenodd' : undefined} />
      ))}
    </svg>
  )
}

function shapeOf(address: string): Shape {
  const known = shapes.get(address)
  if (known !== undefined) return known
  const text = address.slice(address.indexOf('<svg'))
  const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
  const paths = [...svg.querySelectorAll('path')].map(path => ({
    d: path.getAttribute('d') ?? '',
    transform: path.getAttribute('transform'),
    evenOdd: path.getAttribute('fill-rule') === 'evenodd',
  }))
  const shape = { box: svg.getAttribute('viewBox') ?? '0 0 512 512', paths }
  shapes.set(address, shape)
  return shape
}

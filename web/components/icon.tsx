import { createElement, type ReactElement } from 'react'

interface Shape {
  readonly box: string
  readonly parts: readonly ReactElement[]
}

const shapes = new Map<string, Shape>()

/** An icon of iX, from its data address, drawn in the page itself: it takes the text's colour and needs no request. */
export function Icon({ of, label }: { of: string; label?: string }) {
  const { box, parts } = shapeOf(of)
  const drawing = { className: 'icon-glyph', viewBox: box, focusable: false }
  if (label === undefined) return createElement('svg', { ...drawing, 'aria-hidden': true }, ...parts)
  return createElement('svg', { ...drawing, role: 'img', 'aria-label': label }, ...parts)
}

function shapeOf(address: string): Shape {
  const known = shapes.get(address)
  if (known !== undefined) return known
  const text = address.slice(address.indexOf('<svg'))
  const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
  const shape = { box: svg.getAttribute('viewBox') ?? '0 0 512 512', parts: partsOf(svg) }
  shapes.set(address, shape)
  return shape
}

const drawn = new Set(['g', 'path', 'polygon', 'polyline', 'rect', 'circle', 'ellipse', 'line'])
const kept = 'd points x y x1 y1 x2 y2 width height cx cy r rx ry transform'.split(' ')

/** What is drawn of it; titles, descriptions and colours are left out. */
function partsOf(element: Element): ReactElement[] {
  return [...element.children].flatMap((child, at) => {
    const tag = child.tagName
    if (!drawn.has(tag)) return []
    const given = kept.flatMap(name => {
      const value = child.getAttribute(name)
      return value === null ? [] : [[name, value] as const]
    })
    const rule = child.getAttribute('fill-rule') === 'evenodd' ? { fillRule: 'evenodd' } : {}
    return [createElement(tag, { key: at, ...Object.fromEntries(given), ...rule }, ...partsOf(child))]
  })
}

import { BaseEdge, type EdgeProps } from '@xyflow/react'
import type { Point } from './conduit-path.ts'

/** A conduit along the way that the layout has found for it. */
function ConduitEdge({ id, data, label, markerEnd, style }: EdgeProps) {
  const { path, at } = data as { path: string; at: Point }
  return (
    <BaseEdge
      id={id}
      path={path}
      label={label}
      labelX={at.x}
      labelY={at.y}
      {...(markerEnd === undefined ? {} : { markerEnd })}
      {...(style === undefined ? {} : { style })}
    />
  )
}

export const edgeTypes = { conduit: ConduitEdge }

import { z } from 'zod'
import type { Path } from './problem.ts'

/** The keys that a schema knows in the mapping at `path`; none where it takes any. */
export function schemaKeys(schema: z.core.$ZodType, path: Path): readonly string[] {
  let reached = [schema]
  for (const part of path) reached = reached.flatMap(unwrap).flatMap(step => stepInto(step, part))
  return [
    ...new Set(
      reached
        .flatMap(unwrap)
        .flatMap(found => (found instanceof z.core.$ZodObject ? Object.keys(found._zod.def.shape) : [])),
    ),
  ]
}

function stepInto(schema: z.core.$ZodType, part: string | number): z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema._zod.def.shape
    const field = Object.hasOwn(shape, part) ? shape[part] : undefined
    return field === undefined ? [] : [field]
  }
  if (schema instanceof z.core.$ZodArray) return [schema._zod.def.element]
  if (schema instanceof z.core.$ZodRecord) return [schema._zod.def.valueType]
  if (schema instanceof z.core.$ZodTuple) return schema._zod.def.items.slice(Number(part), Number(part) + 1)
  return []
}

/** The schemas that look at the value itself: what wrappers wrap, what a union or an intersection joins. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options.flatMap(unwrap)
  if (schema instanceof z.core.$ZodIntersection) return [schema._zod.def.left, schema._zod.def.right].flatMap(unwrap)
  if (schema instanceof z.core.$ZodPipe) return unwrap(schema._zod.def.in)
  if (schema instanceof z.core.$ZodLazy) return unwrap(schema._zod.def.getter())
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodCatch ||
    schema instanceof z.core.$ZodReadonly ||
    schema instanceof z.core.$ZodNonOptional
  ) {
    return unwrap(schema._zod.def.innerType)
  }
  return [schema]
}

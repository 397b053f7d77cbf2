import { z } from 'zod'

/** Where the sheet lies in a version's tree, beside the item's own folder. */
export const sheetFolder = '.blackstart'
export const sheetName = 'capture.json'

/**
 * What is written into every version beside its content, so that it explains itself years later, to anyone with a stock
 * restic. Fields may be added, never renamed.
 */
export const captureSheet = z.object({
  format: z.literal(1),
  version: z.string(),
  item: z.string(),
  itemKind: z.string(),
  outcome: z.enum(['version', 'equivalent']),
  /** The version before; null for the first. */
  previous: z.string().nullable(),
  asset: z.object({
    id: z.string(),
    name: z.string().nullable(),
    kind: z.string(),
    zone: z.string(),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    serial: z.string().nullable(),
    firmware: z.string().nullable(),
    address: z.string().nullable(),
  }),
  connector: z.string(),
  impact: z.string(),
  /** ISO 8601, UTC. */
  started: z.string(),
  finished: z.string(),
  /** What the connector saw of the device: model, firmware, serial, host key, format … */
  observed: z.record(z.string(), z.string()),
  content: z.string(),
  normaliser: z.string(),
  raw: z.string(),
  bytes: z.number(),
  files: z.number(),
  program: z.string(),
})

export type CaptureSheet = z.infer<typeof captureSheet>

import { layoutPath } from '../../storage/layout.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { SealingKey } from '../crypto/sealing-key.ts'

/** Where the parsers believe that their inputs come from: nothing is read from there or written. */
export const backend = localBackend('nowhere')
export const key = SealingKey.derived(Buffer.from(Array.from({ length: 64 }, (_, i) => i + 1)))
export const name = 'cd'.repeat(32)
export const id = 'ac08ce34ba4f8123618661bef2425f7028ffb9ac740578a3ee88684d2523fee8'
export const time = '2026-11-23T04:56:22.996217298Z'

/** The file that an error about `name` must tell. */
export const fileOf = (kind: Parameters<typeof layoutPath>[0]): string => layoutPath(kind, name)

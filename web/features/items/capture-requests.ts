import type { CaptureRequest, Runs } from '../../../src/api/schema/run.ts'
import { request } from '../../requests/request.ts'

/** Reads the items now. A run that waits or goes on already is the answer, not a second one. */
export function captureNow(items: CaptureRequest['items'], ignoreQuiet = false): Promise<Runs> {
  return request<Runs>('/api/captures', { method: 'POST', body: { items, ignoreQuiet } })
}

import type { Target } from '../../src/capture/connector.ts'
import { testTarget } from '../../src/capture/contract.ts'

/** A test's target that keeps what the connector tells it, to be asserted. */
export interface RecordingTarget<Options> extends Target<Options> {
  readonly facts: Map<string, string>
  readonly trusted: string[]
  readonly paced: { bytes: number; chunks: number; pauses: number }
}

export function recordingTarget<Options>(
  overrides: Partial<Target<Options>> & Pick<Target<Options>, 'options'>,
): RecordingTarget<Options> {
  const facts = new Map<string, string>()
  const trusted: string[] = []
  const paced = { bytes: 0, chunks: 0, pauses: 0 }
  const target = testTarget<Options>({
    trust: fingerprint => void trusted.push(fingerprint),
    pace: {
      async bytes(bytes) {
        paced.bytes += bytes
        paced.chunks += 1
      },
      async pause() {
        paced.pauses += 1
      },
    },
    observe: (fact, value) => void facts.set(fact, value),
    ...overrides,
  })
  return { ...target, facts, trusted, paced }
}

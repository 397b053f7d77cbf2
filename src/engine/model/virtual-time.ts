import { syncBuiltinESMExports } from 'node:module'
import { mock } from 'node:test'

/** Milliseconds that pass with every turn of the event loop. */
const perTurn = 100

/**
 * Until it is disposed of, what waits by `setTimeout` waits for turns of the event loop: the waits of locks cost nothing, and what
 * two processes do meets at the same points again when a sequence is run again.
 */
export function virtualTime(): Disposable {
  mock.timers.enable({ apis: ['setTimeout'] })
  syncBuiltinESMExports()
  let isOver = false
  const turn = (): void => {
    if (isOver) return
    mock.timers.tick(perTurn)
    setImmediate(turn)
  }
  setImmediate(turn)
  return {
    [Symbol.dispose]() {
      isOver = true
      mock.timers.reset()
      syncBuiltinESMExports()
    },
  }
}

/**
 * Keeps Node running until it is disposed of, though what is waited for may not do that by itself. Where nothing came for
 * `patience` milliseconds and nothing is left that could, `giveUp` is called.
 */
export function keepRunning(patience: number, giveUp: () => void): Disposable {
  let last: NodeJS.Timeout | undefined
  const onIdle = () => {
    if (last === undefined) last = setTimeout(() => undefined, patience)
    else giveUp()
  }
  process.on('beforeExit', onIdle)
  return {
    [Symbol.dispose]() {
      process.off('beforeExit', onIdle)
      clearTimeout(last)
    },
  }
}

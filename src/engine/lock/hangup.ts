/** Locks that are held in this process. */
let held = 0

const ignore = (): void => undefined

/**
 * restic finds out whether a lock's process lives by sending it SIGHUP, which ends a program that does not expect it. From
 * here to the disposal of what is returned this process minds none; a terminal that closes does not stop it either.
 */
export function ignoreHangup(): Disposable {
  if (held === 0) process.on('SIGHUP', ignore)
  held += 1
  let disposed = false
  return {
    [Symbol.dispose]() {
      if (disposed) return
      disposed = true
      held -= 1
      if (held === 0) process.off('SIGHUP', ignore)
    },
  }
}

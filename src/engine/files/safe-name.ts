import { BlackstartError } from '../../errors.ts'

/** Throws `integrity` for a name that would lead out of its folder. */
export function refuseUnsafe(name: string, tree: string): void {
  if (!isUnsafe(name)) return
  throw new BlackstartError(
    'integrity',
    `Tree ${tree} holds the name ${JSON.stringify(name)}, which leads out of its folder. The snapshot was made to do harm: do not restore it.`,
    { facts: { tree, name } },
  )
}

/** Whether a name is none that a system can have, or leads out of its folder; `system` as Node calls it. */
export function isUnsafe(name: string, system: string = process.platform): boolean {
  if (name === '' || name === '.' || name === '..') return true
  return system === 'win32' ? /[/\0\\:]/.test(name) : name.includes('/') || name.includes('\0')
}

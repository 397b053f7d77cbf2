import { decodeBytes, encodeBytes } from '../tree/byte-string.ts'
import { goString } from '../tree/go-json.ts'
import { reach, terminated } from './long-path.ts'
import { type SystemCalls, systemCalls } from './system-calls.ts'

/** A name, and a value in base64. An ACL is one of a file's attributes: `system.posix_acl_access`, `system.posix_acl_default`. */
export interface ExtendedAttribute {
  readonly name: string
  readonly value: string
}

const none: readonly ExtendedAttribute[] = []
const noAttributes: ReadonlySet<unknown> = new Set(['ENOTSUP', 'ENODATA', 'ENOSYS'])

/**
 * In the order of the system, as restic stores them; none where the system or the file system has none. `onProblem` is
 * told of a value that cannot be read, and the rest is given. Throws the system's error where they cannot be listed.
 */
export function readAttributes(
  path: string,
  onProblem: (name: string, error: unknown) => void,
): readonly ExtendedAttribute[] {
  const calls = systemCalls()
  if (typeof calls === 'string') return none
  return reach(path, at => {
    const file = terminated(at)
    const names = namesOf(() => calls.listAttributes(file))
    if (names.byteLength === 0) return none
    return [...split(names)].flatMap(name => {
      try {
        const value = calls.getAttribute(file, terminated(name)).toString('base64')
        return [{ name: decodeBytes(name), value }]
      } catch (error) {
        onProblem(decodeBytes(name), error)
        return []
      }
    })
  })
}

function namesOf(list: () => Buffer): Buffer {
  try {
    return list()
  } catch (error) {
    if (noAttributes.has((error as NodeJS.ErrnoException).code)) return Buffer.alloc(0)
    throw error
  }
}

function* split(names: Buffer): Generator<Buffer> {
  for (let at = 0; at < names.byteLength; ) {
    const end = names.indexOf(0, at)
    yield names.subarray(at, end)
    at = end + 1
  }
}

/** The system's own: what a file may do by the policy of this machine. It is set where a snapshot has it, and never removed. */
const policyLabel = 'security.selinux'

/**
 * Gives the file these and takes all others from it; those that it has already are left. `onProblem` is told of each that
 * cannot be set or removed, and the rest is done. Throws the system's error where they cannot be listed.
 */
export function writeAttributes(
  path: string,
  attributes: readonly ExtendedAttribute[],
  onProblem: (name: string, error: unknown) => void,
): void {
  const calls = systemCalls()
  if (typeof calls === 'string') {
    for (const { name } of attributes) onProblem(name, notSupported(calls))
    return
  }
  reach(path, at => {
    const file = terminated(at)
    const attempt = (name: string, action: (name: Buffer) => void): void => {
      try {
        action(terminated(encodeBytes(name)))
      } catch (error) {
        onProblem(name, error)
      }
    }
    const wanted = new Map(attributes.map(({ name, value }) => [name, value]))
    for (const bytes of split(namesOf(() => calls.listAttributes(file)))) {
      const name = decodeBytes(bytes)
      const value = wanted.get(name)
      if (value !== undefined) {
        if (readValue(calls, file, bytes) === value) wanted.delete(name)
      } else if (name !== policyLabel) attempt(name, each => calls.removeAttribute(file, each))
    }
    for (const [name, value] of wanted) {
      attempt(name, each => calls.setAttribute(file, each, Buffer.from(value, 'base64')))
    }
  })
}

/** Null where it cannot be read. */
function readValue(calls: SystemCalls, file: Buffer, name: Buffer): string | null {
  try {
    return calls.getAttribute(file, terminated(name)).toString('base64')
  } catch {
    return null
  }
}

function notSupported(reason: string): Error {
  return Object.assign(new Error(`extended attributes cannot be set: ${reason}`), { code: 'ENOTSUP' })
}

/** The JSON that restic writes of them. */
export function attributesText(attributes: readonly ExtendedAttribute[]): string {
  return `[${attributes.map(({ name, value }) => `{"name":${goString(name)},"value":"${value}"}`).join(',')}]`
}

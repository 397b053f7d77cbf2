import { useTimezone } from '../../session/use-session.ts'
import { formatTime } from '../../text/format-time.ts'

const pattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z-([a-z0-9]{4})$/

/** A version by its moment and the four letters at the end of its id, as people read them out over a telephone. */
export function VersionName({ id }: { id: string }) {
  const timezone = useTimezone()
  return (
    <span className="version-id num" title={id}>
      {versionWords(id, timezone)}
    </span>
  )
}

export function versionWords(id: string, timezone: string): string {
  const match = pattern.exec(id)
  if (match === null) return id
  const [, year, month, day, hour, minute, second, , tail] = match
  return `${formatTime(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`, timezone)} · ${tail}`
}

const units: Readonly<Record<string, number>> = {
  'B/s': 1,
  'kB/s': 1e3,
  'MB/s': 1e6,
  'GB/s': 1e9,
  'KiB/s': 2 ** 10,
  'MiB/s': 2 ** 20,
  'GiB/s': 2 ** 30,
  'bit/s': 1 / 8,
  'kbit/s': 1e3 / 8,
  'Mbit/s': 1e6 / 8,
  'Gbit/s': 1e9 / 8,
}

/** What may be written where a bandwidth is asked for. */
export const rateAllowed = `a rate such as 200 kB/s, in ${Object.keys(units).join(', ')}`

/** Bytes per second of `200 kB/s`, `1.5 MiB/s`, `64 kbit/s` (k is 1000, Ki 1024); null for anything else and below 1 B/s. */
export function parseRate(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,6})?) ?([A-Za-z]+\/s)$/.exec(text)
  const unit = match === null ? undefined : units[match[2] ?? '']
  if (match === null || unit === undefined) return null
  const rate = Number(match[1]) * unit
  return rate >= 1 ? rate : null
}

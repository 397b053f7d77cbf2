import { InvalidArgumentError } from 'commander'
import type { GroupField } from '../../../engine/browse/group-snapshots.ts'

const words: Readonly<Record<string, GroupField>> = {
  ...{ host: 'host', hosts: 'host', path: 'paths', paths: 'paths', tag: 'tags', tags: 'tags' },
}

/** `host,paths`; the empty text is one group of all. */
export function parseGroupBy(text: string): readonly GroupField[] {
  return text
    .split(',')
    .filter(word => word !== '')
    .map(word => {
      const field = words[word.trim()]
      if (field !== undefined) return field
      throw new InvalidArgumentError(`"${word}" is none of host, paths and tags.`)
    })
}

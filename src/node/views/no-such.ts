import { BlackstartError } from '../../errors.ts'
import { createSuggest } from '../../site/suggest.ts'

/**
 * That site.yaml has nothing of an id. Its fact `meant` is what was probably meant, of `known`: only what whoever asks may see;
 * `otherwise` where nothing of it is near.
 */
export function noSuch(message: string, id: string, known: Iterable<string>, otherwise: string | null = null) {
  const meant = createSuggest()(id, known) ?? otherwise
  return new BlackstartError('not-found', message, { facts: { id, ...(meant === null ? {} : { meant }) } })
}

import { BlackstartError } from '../../errors.ts'
import { libraryYaml, suggestedModes } from '../../policy/criticality/failure-mode-library.ts'
import { type AssetKind, assetKinds } from '../../site/site.ts'

/** Failure modes to start a register from: of one kind of asset, with the YAML that is pasted, or of all for null. Throws `usage`. */
export function modeLibrary(word: string | null) {
  const kind = word === null ? null : assetKindOf(word)
  const kinds = kind === null ? assetKinds : [kind]
  return {
    kinds: kinds.map(one => ({ kind: one, modes: suggestedModes(one) })),
    yaml: kind === null ? null : libraryYaml(kind),
  }
}

function assetKindOf(word: string): AssetKind {
  const kind = assetKinds.find(known => known === word)
  if (kind !== undefined) return kind
  throw new BlackstartError('usage', `"${word}" is not a kind of asset. There are ${assetKinds.join(', ')}.`)
}

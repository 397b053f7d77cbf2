import type { AssetKind } from '../../site/site.ts'
import { computerModes } from './failure-modes/computer-modes.ts'
import { controllerModes } from './failure-modes/controller-modes.ts'
import { fieldModes } from './failure-modes/field-modes.ts'
import type { LibraryMode } from './failure-modes/library-mode.ts'
import { machineModes } from './failure-modes/machine-modes.ts'
import { networkModes } from './failure-modes/network-modes.ts'
import { operationModes } from './failure-modes/operation-modes.ts'
import { dimensions } from './severity.ts'

const library: Readonly<Record<AssetKind, readonly LibraryMode[]>> = {
  ...{ ...controllerModes, ...machineModes, ...operationModes, ...computerModes, ...networkModes, ...fieldModes },
  other: [],
}

/** Where a register of assets of this kind may start; nothing for `other`. */
export function suggestedModes(kind: AssetKind): readonly LibraryMode[] {
  return library[kind]
}

/**
 * The library of a kind as `failureModes:` of a site file. The assets and the severities are left empty, so that
 * `blackstart check` names every line where somebody still has to decide.
 */
export function libraryYaml(kind: AssetKind): string {
  const modes = suggestedModes(kind)
  if (modes.length === 0)
    return `# There are no suggestions for assets of the kind "${kind}": describe how yours fail in your own words.\n`
  return `# How assets of the kind "${kind}" fail, to start from. Keep what can happen in this plant, copy it for each asset, name the
# asset, and give the severities: 1 none · 2 minor, over within the shift · 3 a line stops within its MTD · 4 a process stops
# beyond its MTD · 5 people or environment harmed, or the site stops beyond its MTD. A dimension that does not matter may
# be deleted; it counts as 1. Where the file has failureModes already, paste what stands below that key.
failureModes:
${modes.map(modeYaml).join('\n')}`
}

function modeYaml({ id, name, happens, noticed, bringsBack, severityHint }: LibraryMode): string {
  const scores = dimensions.map(dimension => `      ${dimension}: # 1 to 5\n`).join('')
  return `  # ${happens}
  # How it is noticed: ${noticed}
  # What brings it back: ${bringsBack.join(', ')}
  - asset: # which one
    mode: ${id}
    name: ${name}
    severity: # think of: ${severityHint}
${scores}    # failed: [2024-02-29] # when it happened here
`
}

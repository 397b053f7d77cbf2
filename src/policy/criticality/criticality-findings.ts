import type { Asset } from '../../site/site.ts'
import { dutiesOf } from '../class.ts'
import type { Finding } from '../finding.ts'
import type { SiteIndex } from '../site-index.ts'
import type { Criticality } from './criticality.ts'
import { suggestedModes } from './failure-mode-library.ts'

/** What the register lacks, or says that should not stay so; in the order of the file. */
export function criticalityFindings({ site }: SiteIndex, criticality: Criticality): Finding[] {
  return site.assets.flatMap(asset => [
    ...modesMissing(asset, criticality),
    ...lifeFindings(asset, criticality),
    ...spareMissing(asset, criticality),
  ])
}

function modesMissing({ id, kind }: Asset, criticality: Criticality): Finding[] {
  if (criticality.classOf(id) !== null) return []
  const suggested = suggestedModes(kind)
    .slice(0, 3)
    .map(mode => mode.id)
  const start =
    suggested.length === 0
      ? 'say in your own words how it fails'
      : `start from ${suggested.join(', ')} (blackstart criticality --library ${kind})`
  const remedy = `Write its failure modes under failureModes in site.yaml, each with its severity: ${start}. Until then it is treated as medium.`
  return [{ code: 'failure-modes-missing', severity: 'medium', subject: id, facts: { kind, suggested }, remedy }]
}

function lifeFindings(asset: Asset, { lives, classOf }: Criticality): Finding[] {
  const { id } = asset
  const life = lives.get(id)
  if (life === undefined) {
    if (classOf(id) === null) return []
    const remedy = `Write life: { since: 2016-05, years: 15 } to asset ${id} of site.yaml, with its own figures: how likely it fails cannot be told without.`
    return [{ code: 'life-missing', severity: 'low', subject: id, facts: { counted: 3 }, remedy }]
  }
  if (life.score < 5) return []
  const remedy = `Plan its replacement, and keep a spare and what brings it back at hand until then; where the maker vouches for longer, correct life.years of asset ${id}.`
  const facts = { since: life.since, ends: life.ends }
  return [{ code: 'life-exceeded', severity: 'medium', subject: id, facts, remedy }]
}

const virtualKinds: ReadonlySet<string> = new Set(['vm', 'database'])

function spareMissing({ id, kind, spare }: Asset, { classOf, modesOf }: Criticality): Finding[] {
  const cls = classOf(id)
  if (cls === null || !dutiesOf(cls).spare || spare?.onSite === true) return []
  const what = virtualKinds.has(kind)
    ? 'Keep room for it on another host of the site'
    : 'Put a spare on site that was tried with its backup'
  const remedy = `${what}, and write spare: { onSite: true } to asset ${id} of site.yaml.`
  const modes = modesOf(id).filter(mode => mode.class === cls)
  const facts = { class: cls, modes: modes.map(mode => mode.mode), spare: spare === null ? 'unknown' : 'not on site' }
  return [{ code: 'spare-missing', severity: 'high', subject: id, facts, remedy }]
}

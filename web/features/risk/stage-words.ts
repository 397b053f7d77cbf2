import { i18n } from '@lingui/core'

interface StageWords {
  readonly title: string
  /** Why now. */
  readonly why: string
}

/** A stage of the way up; null for one that the page does not know. */
export function stageWords(stage: string): StageWords | null {
  const words: Readonly<Record<string, StageWords>> = {
    'a first verified copy': {
      title: i18n.t('A first verified copy'),
      why: i18n.t('Without one verified copy nothing can be brought back, whatever else is done.'),
    },
    'captured within what may be lost': {
      title: i18n.t('Captured within what may be lost'),
      why: i18n.t('An old copy brings back an old plant: the loss must stay within the MTDL.'),
    },
    'a copy that survives the node and its credentials': {
      title: i18n.t('A copy that survives the node and its credentials'),
      why: i18n.t('An attacker who takes the node takes every copy that its credentials open.'),
    },
    'a first restore': {
      title: i18n.t('A first restore'),
      why: i18n.t('A copy that was never restored is a hope, and its recovery time is unknown.'),
    },
    'copies off site and offline': {
      title: i18n.t('Copies off site and offline'),
      why: i18n.t('Fire and flood take the plant’s own copies, ransomware those that are online.'),
    },
    'back within the MTD': {
      title: i18n.t('Back within the MTD'),
      why: i18n.t('The copies are there; now the recovery must fit into the downtime that can be borne.'),
    },
    'nothing unexpected': {
      title: i18n.t('Nothing unexpected'),
      why: i18n.t('What differs from what was declared is either a mistake in the file or somebody in the plant.'),
    },
    'known and written down': {
      title: i18n.t('Known and written down'),
      why: i18n.t('What is written down can be ranked, and found at 03:00.'),
    },
  }
  return Object.hasOwn(words, stage) ? (words[stage] ?? null) : null
}

import { i18n } from '@lingui/core'
import type { Severity } from '../../src/api/schema/common.ts'
import type { Run } from '../../src/api/schema/run.ts'
import type { Grant, Role } from '../../src/api/schema/session.ts'
import { told } from './told.ts'

/** How critical something is, after EN 60812. */
export function classWord(cls: string | null): string {
  const words: Readonly<Record<string, string>> = {
    'very high': i18n.t('Very high'),
    high: i18n.t('High'),
    medium: i18n.t('Medium'),
    low: i18n.t('Low'),
  }
  return cls === null ? i18n.t('Not rated') : (words[cls] ?? cls)
}

export function severityWord(severity: Severity): string {
  return { high: i18n.t('Grave'), medium: i18n.t('Serious'), low: i18n.t('Slight') }[severity]
}

export function roleWord(role: Role): string {
  return {
    viewer: i18n.t('Viewer'),
    operator: i18n.t('Operator'),
    engineer: i18n.t('Engineer'),
    administrator: i18n.t('Administrator'),
  }[role]
}

/** Where a role counts. */
export function zonesWord({ zones }: Grant): string {
  return zones === 'all' ? i18n.t('everywhere') : zones.join(', ')
}

export function runStateWord(run: Run): string {
  return {
    waiting: i18n.t('Waiting'),
    reading: run.does === 'write' ? i18n.t('Safety capture: reading the device') : i18n.t('Reading the device'),
    writing: i18n.t('Writing to the device'),
    'reading-back': i18n.t('Reading back'),
    comparing: i18n.t('Comparing'),
    // the device is free; what was read waits until what is read beside it can be stored with it
    storing: run.does === 'write' ? i18n.t('Storing') : i18n.t('Read; waits to be stored with others'),
    ended: i18n.t('Ended'),
  }[run.state]
}

export function outcomeWord(outcome: NonNullable<Run['outcome']>): string {
  return {
    version: i18n.t('New version'),
    equivalent: i18n.t('Equivalent version'),
    confirmed: i18n.t('Confirmed'),
    failed: i18n.t('Failed'),
    written: i18n.t('Written and read back'),
    interrupted: i18n.t('Interrupted'),
  }[outcome]
}

export function reasonWord(reason: Run['reason']): string {
  switch (reason.kind) {
    case 'schedule':
      return i18n.t('Its interval')
    case 'catch-up':
      return i18n.t('Caught up')
    case 'window':
      return i18n.t('A change window closed')
    case 'retry':
      return i18n.t('Tried again ({attempt})', { attempt: reason.attempt })
    case 'trigger':
      return i18n.t('{trigger}: {seen}', { trigger: reason.trigger, seen: told(reason.seen) })
    case 'person':
      return i18n.t('Asked for by {name}', { name: reason.name })
  }
}

/** What a finding is about, by its stable code. */
export function findingTitle(code: string): string {
  const titles: Readonly<Record<string, string>> = {
    'no-version': i18n.t('Nothing was ever captured'),
    'version-lost': i18n.t('The repository has lost a version'),
    stale: i18n.t('Too long since it was confirmed'),
    'capture-failed': i18n.t('The newest capture failed'),
    drifted: i18n.t('The device differs from the approved version'),
    'changed-unexpectedly': i18n.t('Changed outside its change windows'),
    'not-approved': i18n.t('No version is approved'),
    'asset-without-items': i18n.t('Nothing of the asset is backed up'),
    'mtdl-missing': i18n.t('Nobody said how much may be lost (MTDL)'),
    'mtd-missing': i18n.t('Nobody said how long it may stand still (MTD)'),
    'steps-missing': i18n.t('What people do in a recovery is not stated'),
    'mtdl-infeasible': i18n.t('The MTDL cannot be kept'),
    'interval-breaks-mtdl': i18n.t('The interval is too long for the MTDL'),
    'mtd-exceeded': i18n.t('Recovery takes longer than the MTD'),
    'rto-exceeded': i18n.t('Recovery takes longer than the RTO'),
    'no-copy': i18n.t('There is no verified copy'),
    'copies-missing': i18n.t('Copies are missing'),
    'no-surviving-copy': i18n.t('No copy would survive'),
    'lag-missing': i18n.t('How old the copies get is not known'),
    'verification-due': i18n.t('A place is to be read whole'),
    'verification-errors': i18n.t('Errors were found in a place'),
    'never-drilled': i18n.t('Never rehearsed'),
    'drill-due': i18n.t('A rehearsal is due'),
    'drill-failed': i18n.t('The newest rehearsal failed'),
    'never-rehearsed': i18n.t('The recovery of the process was never rehearsed'),
    'failure-modes-missing': i18n.t('How it fails is not stated'),
    'life-missing': i18n.t('Its life span is not stated'),
    'life-exceeded': i18n.t('It is older than its life span'),
    'spare-missing': i18n.t('No spare is at hand'),
    'conduit-forbidden': i18n.t('A conduit should not exist'),
    'flow-forbidden': i18n.t('A needed connection goes a forbidden way'),
    'flow-without-conduit': i18n.t('A needed connection that no conduit allows'),
    'connection-unexpected': i18n.t('An unexpected connection was seen'),
    'key-beside-data': i18n.t('The key lies beside the data'),
    'recovery-kit-on-disk': i18n.t('The recovery kit lies on the disk'),
    'authority-ends': i18n.t('The site’s certificate authority is about to end'),
  }
  return titles[code] ?? code
}

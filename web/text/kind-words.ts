import { i18n } from '@lingui/core'

type Words = Readonly<Record<string, string>>

/** What sort of machine it is; an unknown one keeps its id. */
export function assetKindWord(kind: string): string {
  return controllers()[kind] ?? computers()[kind] ?? networks()[kind] ?? kind
}

function controllers(): Words {
  return {
    plc: i18n.t('PLC'),
    'safety-plc': i18n.t('Safety PLC'),
    rtu: i18n.t('Remote terminal unit'),
    dcs: i18n.t('Control system'),
    cnc: i18n.t('CNC'),
    robot: i18n.t('Robot'),
    drive: i18n.t('Drive'),
    io: i18n.t('Inputs and outputs'),
    sensor: i18n.t('Sensor'),
    instrument: i18n.t('Instrument'),
    camera: i18n.t('Camera'),
    meter: i18n.t('Meter'),
    ups: i18n.t('UPS'),
    other: i18n.t('Other'),
  }
}

function computers(): Words {
  return {
    hmi: i18n.t('Operator panel'),
    scada: i18n.t('SCADA'),
    historian: i18n.t('Historian'),
    mes: i18n.t('MES'),
    'engineering-station': i18n.t('Engineering station'),
    workstation: i18n.t('Workstation'),
    server: i18n.t('Server'),
    vm: i18n.t('Virtual machine'),
    hypervisor: i18n.t('Hypervisor'),
    database: i18n.t('Database'),
    storage: i18n.t('Storage system'),
  }
}

function networks(): Words {
  return {
    switch: i18n.t('Switch'),
    router: i18n.t('Router'),
    firewall: i18n.t('Firewall'),
    'access-point': i18n.t('Access point'),
    gateway: i18n.t('Gateway'),
  }
}

/** What sort of data is backed up. */
export function itemKindWord(kind: string): string {
  const words: Words = {
    program: i18n.t('Program'),
    project: i18n.t('Project'),
    configuration: i18n.t('Configuration'),
    parameters: i18n.t('Parameters'),
    recipes: i18n.t('Recipes'),
    database: i18n.t('Database'),
    image: i18n.t('Image'),
    firmware: i18n.t('Firmware'),
    secrets: i18n.t('Secrets'),
    certificates: i18n.t('Certificates'),
    licences: i18n.t('Licences'),
    data: i18n.t('Data'),
    logs: i18n.t('Logs'),
    documents: i18n.t('Documents'),
    other: i18n.t('Other'),
  }
  return words[kind] ?? kind
}

/** What copies lie on. */
export function mediumWord(medium: string): string {
  const words: Words = {
    disk: i18n.t('Disk'),
    tape: i18n.t('Tape'),
    optical: i18n.t('Optical disc'),
    removable: i18n.t('Removable'),
    cloud: i18n.t('Cloud'),
  }
  return words[medium] ?? medium
}

/** What makes an asset easier to attack. */
export function exposureWord(exposure: string): string {
  const words: Words = {
    internet: i18n.t('reached from the internet'),
    'remote-access': i18n.t('remote access'),
    'removable-media': i18n.t('removable media'),
    'open-writes': i18n.t('writes without a password'),
    'shared-credentials': i18n.t('shared credentials'),
    obsolete: i18n.t('obsolete'),
    'known-exploited': i18n.t('known to be exploited'),
  }
  return words[exposure] ?? exposure
}

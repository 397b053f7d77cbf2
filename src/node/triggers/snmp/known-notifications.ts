/** The notifications by which known devices tell that their configuration was changed, or may have been. */
export const knownNotifications: ReadonlyMap<string, string> = new Map([
  // CISCO-CONFIG-MAN-MIB
  ['1.3.6.1.4.1.9.9.43.2.0.1', 'ciscoConfigManEvent'],
  ['1.3.6.1.4.1.9.9.43.2.0.2', 'ccmCLIRunningConfigChanged'],
  // ENTITY-MIB, RFC 6933
  ['1.3.6.1.2.1.47.2.0.1', 'entConfigChange'],
  // JUNIPER-CFGMGMT-MIB
  ['1.3.6.1.4.1.2636.4.5.0.1', 'jnxCmCfgChange'],
  // HUAWEI-CONFIG-MAN-MIB
  ['1.3.6.1.4.1.2011.6.10.2.1', 'CFG_FILE_CHANGE'],
  // HM2-FILEMGMT-MIB, of Hirschmann's HiOS
  ['1.3.6.1.4.1.248.11.21.0.1', 'hm2ConfigurationSavedTrap'],
  ['1.3.6.1.4.1.248.11.21.0.2', 'hm2ConfigurationChangedTrap'],
  // SNMPv2-MIB, RFC 3418: a device that starts may start with another configuration
  ['1.3.6.1.6.3.1.1.5.1', 'coldStart'],
  ['1.3.6.1.6.3.1.1.5.2', 'warmStart'],
])

/** Names for people of what is ignored unless the trigger asks for it. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.6.3.1.1.5.3', 'linkDown'],
  ['1.3.6.1.6.3.1.1.5.4', 'linkUp'],
  ['1.3.6.1.6.3.1.1.5.5', 'authenticationFailure'],
])

/** `coldStart (1.3.6.1.6.3.1.1.5.1)`, or the number alone. */
export function notificationText(oid: string): string {
  const name = knownNotifications.get(oid) ?? otherNames.get(oid)
  return name === undefined ? `notification ${oid}` : `${name} (${oid})`
}

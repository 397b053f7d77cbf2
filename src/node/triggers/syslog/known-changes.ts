import { matchesText } from './match-text.ts'

/**
 * What known devices send when their configuration was changed; each with where it is documented. No colon behind a mnemonic: a
 * relay that makes RFC 5424 of RFC 3164 takes it away.
 */
const knownChanges: readonly string[] = [
  // Cisco IOS and IOS XE, with the stack member on some (`%SYS-SW1-5-CONFIG_I`); Arista EOS. LibreNMS, its Oxidized extension;
  // Oxidized, extra/syslog.rb
  '%SYS-*5-CONFIG_I',
  // Cisco NX-OS. Cisco document 118907; Oxidized, extra/syslog.rb
  '%VSHD-5-VSHD_SYSLOG_CONFIG_I',
  // Cisco IOS and IOS XE, each command, after `archive`, `log config`, `notify syslog`. Cisco, IOS XE Configuration Fundamentals:
  // "Configuration Change Notification and Logging"
  '%PARSER-5-CFGLOG_LOGGEDCMD',
  // Cisco IOS XR. Cisco, event manager scripts for IOS XR; Oxidized, extra/syslog.rb
  '%MGBL-CONFIG-6-DB_COMMIT',
  '%MGBL-SYS-5-CONFIG_I',
  // Juniper Junos: `UI_COMMIT: User 'x' requested 'commit' operation`, `UI_COMMIT_COMPLETED`. Oxidized, extra/syslog.rb
  'UI_COMMIT',
  // HPE Aruba ArubaOS-Switch, after `logging notify running-config-change`. HPE, Management and Configuration Guide 16.08:
  // "Reporting information about changes to the running configuration"; Oxidized, extra/syslog.rb
  "Notice-Type='Running",
  // HPE and H3C Comware, within ten minutes of a change. Comware, System Log Message Reference: CFGMAN_CFGCHANGED
  'CFGMAN_CFGCHANGED',
  // Huawei. NetEngine 8000, Log Reference: CONFIGURATION/6/CFG_FILE_CHANGE and NETCONF_CONFIG_CHANGE_EVENT
  'CFG_FILE_CHANGE',
  'NETCONF_CONFIG_CHANGE_EVENT',
  // Fortinet FortiOS. FortiOS Log Message Reference: 32102 configuration changed, 44545 object configured, 44547 attribute
  // configured, 44549 and 44550 by the maintainer. `logid` is the type (01), the subtype (00) and the message id
  'logid=*0100032102',
  'logid=*0100044545',
  'logid=*0100044547',
  'logid=*0100044549',
  'logid=*0100044550',
  // Siemens SCALANCE W, and others with IEC 62443-3-3 messages. Configuration Manual C79000-G8976-C485, E.3, SR 2.12
  'Device configuration changed',
  // Hirschmann HiOS, which logs its traps by name. HM2-FILEMGMT-MIB
  'hm2ConfigurationChangedTrap',
  'hm2ConfigurationSavedTrap',
  // MikroTik RouterOS: `system,info mangle rule changed by admin`. RouterOS, Log: "Log messages". Without the topics (BSD syslog) it
  // says no more than "changed by", which others say of other things
  'system,info*changed by ',
  'system,info*added by ',
  'system,info*removed by ',
  'system,info*moved by ',
  // OPNsense, of every change that was saved. opnsense/core, Config.php, save(); for the audit log, its issue 8409
  'config-event: new_config ',
  'changed configuration to /conf/backup/config-',
  // pfSense, unless that is switched off. pfsense/pfsense, config.lib.inc, write_config()
  '.php: Configuration Change: ',
  // Moxa EDS, the event's name. EDS-405A/408A User's Manual, 3: Event Types
  'Configuration Change Activated',
]

/** What looks like a change, and is none: `enable` of Cisco's devices, which a capture may say itself. */
const noChanges: readonly string[] = ['%PARSER-5-CFGLOG_LOGGEDCMD*logged command:!exec:']

/** Whether a known device says that its configuration was changed. */
export function isKnownChange(text: string): boolean {
  return (
    knownChanges.some(pattern => matchesText(pattern, text)) && !noChanges.some(pattern => matchesText(pattern, text))
  )
}

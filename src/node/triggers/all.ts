import type { Trigger } from '../../site/site.ts'
import { folder } from './folder/folder.ts'
import { hook } from './hook/hook.ts'
import { snmp } from './snmp/snmp.ts'
import { syslog } from './syslog/syslog.ts'
import type { TriggerSource } from './trigger.ts'

/** Every kind of trigger: a new one is a folder and a line here. */
export const triggerSources: { readonly [Via in Trigger['via']]: TriggerSource<Extract<Trigger, { via: Via }>> } = {
  folder,
  syslog,
  snmp,
  hook,
}

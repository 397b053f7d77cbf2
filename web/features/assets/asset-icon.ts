import {
  iconControllerDevice,
  iconDatabase,
  iconDrive,
  iconGenericDevice,
  iconNetworkDevice,
  iconPanelIpc,
  iconPcTower,
  iconPlc,
  iconRoboticArm,
  iconSensor,
  iconServerRack,
} from '@siemens/ix-icons/icons'

const icons: Readonly<Record<string, string>> = {
  plc: iconPlc,
  'safety-plc': iconPlc,
  rtu: iconPlc,
  dcs: iconControllerDevice,
  io: iconControllerDevice,
  hmi: iconPanelIpc,
  robot: iconRoboticArm,
  cnc: iconRoboticArm,
  drive: iconDrive,
  sensor: iconSensor,
  instrument: iconSensor,
  meter: iconSensor,
  switch: iconNetworkDevice,
  router: iconNetworkDevice,
  firewall: iconNetworkDevice,
  gateway: iconNetworkDevice,
  'access-point': iconNetworkDevice,
  historian: iconDatabase,
  database: iconDatabase,
  storage: iconDatabase,
  server: iconServerRack,
  scada: iconServerRack,
  mes: iconServerRack,
  hypervisor: iconServerRack,
  vm: iconServerRack,
  workstation: iconPcTower,
  'engineering-station': iconPcTower,
}

export function assetIcon(kind: string): string {
  return icons[kind] ?? iconGenericDevice
}

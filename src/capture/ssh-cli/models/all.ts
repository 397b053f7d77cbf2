import type { CliModel } from '../cli-model.ts'
import { arubaCx } from './aruba-cx.ts'
import { ciscoIos } from './cisco-ios.ts'
import { comware } from './comware.ts'
import { fortios } from './fortios.ts'
import { frr } from './frr.ts'
import { hirschmannHios } from './hirschmann-hios.ts'
import { mikrotikRouteros } from './mikrotik-routeros.ts'
import { vyos } from './vyos.ts'

/** Every model that `model` in the site file may name; `custom` aside. */
export const cliModels = [
  ciscoIos,
  hirschmannHios,
  mikrotikRouteros,
  fortios,
  frr,
  vyos,
  comware,
  arubaCx,
] as const satisfies readonly CliModel[]

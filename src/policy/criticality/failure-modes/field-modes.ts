import type { LibraryMode } from './library-mode.ts'

export const fieldModes = {
  sensor: [
    {
      id: 'dead',
      name: 'Sensor dead',
      happens: 'No signal, or one that stands still.',
      noticed: 'Wire break alarm; flat line.',
      bringsBack: ['parameters'],
      severityHint: 'what the control does without the value',
    },
    {
      id: 'replaced-without-parameters',
      name: 'Replaced without parameters',
      happens: 'The new one measures with factory settings.',
      noticed: 'Values plausible, but shifted.',
      bringsBack: ['parameters', 'documents'],
      severityHint: 'what a wrong value does to people and product before somebody notices',
    },
  ],
  instrument: [
    {
      id: 'dead',
      name: 'Instrument dead',
      happens: 'The analyser or transmitter failed.',
      noticed: 'Fault signal.',
      bringsBack: ['parameters', 'firmware'],
      severityHint: 'whether the process may run without the measurement, by law too',
    },
    {
      id: 'calibration-lost',
      name: 'Calibration or parameters lost',
      happens: 'It measures with factory settings.',
      noticed: 'Values shifted; calibration record missing.',
      bringsBack: ['parameters', 'documents'],
      severityHint: 'what is released, dosed or emitted on a wrong value',
    },
  ],
  camera: [
    {
      id: 'dead',
      name: 'Camera dead',
      happens: 'No picture.',
      noticed: 'Black picture; timeout at the controller.',
      bringsBack: ['configuration', 'firmware'],
      severityHint: 'whether the line may run without the inspection, or the gate without the picture',
    },
    {
      id: 'job-lost',
      name: 'Inspection job lost',
      happens: 'Regions, models and thresholds are gone after a replacement.',
      noticed: 'It rejects everything, or nothing.',
      bringsBack: ['project', 'configuration', 'parameters'],
      severityHint: 'what leaves the plant without inspection until somebody notices',
    },
  ],
  meter: [
    {
      id: 'dead',
      name: 'Meter dead',
      happens: 'Nothing is counted any more.',
      noticed: 'The reading stands still.',
      bringsBack: ['parameters', 'configuration'],
      severityHint: 'what is invoiced or reported by it',
    },
    {
      id: 'settings-lost',
      name: 'Settings lost',
      happens: 'Ratios, tariffs or the bus address are gone after a replacement.',
      noticed: 'Jumps in consumption; not on the bus.',
      bringsBack: ['parameters', 'configuration'],
      severityHint: 'what wrong readings cost until somebody notices',
    },
  ],
  ups: [
    {
      id: 'battery-dead',
      name: 'Battery dead',
      happens: 'At the next power cut everything behind it stops at once, unclean.',
      noticed: 'Battery alarm; a failed self test.',
      bringsBack: ['configuration'],
      severityHint: 'what a hard stop does to everything behind it: disks, databases, PLC memory',
    },
    {
      id: 'dead',
      name: 'UPS dead',
      happens: 'What it feeds is without power now.',
      noticed: 'Everything behind it stops.',
      bringsBack: ['configuration'],
      severityHint: 'the sum of what it feeds; whether a bypass is quickly closed',
    },
    {
      id: 'settings-lost',
      name: 'Settings lost',
      happens: 'It does not shut servers down in time, or cuts power by a wrong command.',
      noticed: 'After a replacement, or unknown changes.',
      bringsBack: ['configuration', 'firmware'],
      severityHint: 'what a hard stop does to everything behind it',
    },
  ],
} satisfies Readonly<Record<string, readonly LibraryMode[]>>

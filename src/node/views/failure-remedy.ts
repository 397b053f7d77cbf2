interface Failure {
  readonly code: string
  readonly message: string
}

/** What a person does about a failed capture, by the error's code; empty where its message says that already. */
export function failureRemedy({ code, message }: Failure, item: string): string {
  if (advises.test(message)) return ''
  const asset = item.split('/')[0] ?? item
  const own = remedies[code]
  return own === undefined ? `Look at what the device says, then capture ${item} again.` : own(asset, item)
}

/** A sentence that tells what to look at, or to do. */
const advises = /[.:] (?:Check|Set|Enter|Give|Store) /

type Remedy = (asset: string, item: string) => string

const remedies: Readonly<Record<string, Remedy>> = {
  unreachable: asset => `Check that ${asset} is switched on, its address in site.yaml, and that its conduit is open.`,
  'login-refused': asset => `Check the account on ${asset}, then set its secret anew: blackstart secrets set ${asset}`,
  permission: asset => `Give the account of the backup the right to read on ${asset}.`,
  timeout: asset =>
    `Check the load of ${asset} and its line; where it is always slow, raise its timeouts in site.yaml.`,
  'connection-lost': asset => `Check the line to ${asset}: it broke while it was read.`,
  truncated: (_, item) => `Capture ${item} again: the device ended before all was read.`,
  protocol: asset => `Check that what answers at the address of ${asset} is that device, and its firmware.`,
  missing: (_, item) => `Check the options of ${item} in site.yaml: what they name is not there.`,
  'changed-while-read': (_, item) => `Capture ${item} again when nobody works on it.`,
  unstable: (_, item) => `What ${item} gives differs at each reading: see whether a part of it should be excluded.`,
  'no-end-mark': (_, item) => `The output of ${item} has no end mark: check the model of its device in site.yaml.`,
  'device-busy': asset => `${asset} is in use, by an engineer's tool for example: close it, or wait.`,
  'host-key': asset =>
    `${asset} shows another key than before. Where it was replaced, trust it; where not, find out who answers.`,
  unsupported: (_, item) => `Check the connector of ${item}: it cannot do that with this device.`,
  'secret-missing': asset => `Set its secret: blackstart secrets set ${asset}`,
  mismatch: (_, item) => `Compare what ${item} holds now with what was written; then write it again, or roll back.`,
  'disk-full': () => 'Make room on the disk of the repository.',
  storage: () => 'Check the disk of the repository.',
  'wrong-password': () => 'Bring back the key of the repository from the recovery kit.',
  integrity: () => 'Verify the repository: blackstart verify --read-data',
  isolated: () => 'The node is isolated: end the isolation, then capture again.',
  locked: () => 'Another program works on the repository: wait until it has ended.',
  interrupted: (_, item) => `Capture ${item} again: the node stopped, or somebody stopped it.`,
  // such a message says what it asks for
  refused: () => '',
}

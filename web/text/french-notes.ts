import { type Template, templates } from './french-template.ts'

/** What a capture notes of itself (`observe` in src/capture). */
const notes: readonly Template[] = [
  [
    'completion reply only: options.sizes is ignore',
    'par la seule réponse de fin de transfert : options.sizes vaut ignore',
  ],
  [
    'completion reply only: the device tells no sizes',
    'par la seule réponse de fin de transfert : l’équipement n’indique pas les tailles',
  ],
  [
    'size in the listing and completion reply: the device tells no SIZE',
    'par la taille dans la liste et la réponse de fin de transfert : l’équipement ne répond pas à SIZE',
  ],
  ['the device does not let modes and times be set', 'l’équipement ne laisse définir ni les droits ni les dates'],
]

/** What was not captured, in brackets after its path. */
const skipped: Readonly<Record<string, string>> = {
  'a named pipe': 'un tube nommé',
  'a socket': 'un socket',
  'a device': 'un périphérique',
  'a mount of a folder above it': 'un montage d’un dossier parent',
}

const whatSkipped = new RegExp(`\\((${Object.keys(skipped).join('|')})\\)(?=, |$)`, 'gu')
const ofNotes = templates(notes)

/** In French; what the device said of itself as it came. */
export function frenchNote(note: string): string {
  return ofNotes(note) ?? note.replace(whatSkipped, (_, what: string) => `(${skipped[what] ?? what})`)
}

/** What a fact of a version is called: what captures note, and what `site.yaml` says of the asset. */
const facts: Readonly<Record<string, string>> = {
  attributes: 'droits et dates',
  banner: 'bannière',
  certificate: 'certificat',
  completeness: 'intégralité',
  format: 'format',
  hostKey: 'clé d’hôte',
  listing: 'commande de liste',
  skipped: 'non capturé',
  id: 'identifiant',
  name: 'nom',
  kind: 'type',
  zone: 'zone',
  vendor: 'constructeur',
  model: 'modèle',
  board: 'carte',
  serial: 'numéro de série',
  firmware: 'micrologiciel',
  address: 'adresse',
}

/** In French; what somebody defined of their own as it is. */
export function frenchFact(name: string): string {
  return Object.hasOwn(facts, name) ? (facts[name] ?? name) : name
}

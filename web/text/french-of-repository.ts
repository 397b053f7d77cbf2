import type { Phrases, Template } from './french-template.ts'

/** Of the repository, its copies, and what a rehearsal finds (src/engine, src/archive, src/recover). */
export const repositoryTemplates: readonly Template[] = [
  // a file of it
  ['{} is damaged: it {damage}.', '{} est endommagé : {}.'],
  ['{} is missing.', '{} manque.'],
  ['Bring it back from another copy of the repository.', 'Ramenez-le depuis une autre copie du dépôt.'],
  ['Bring this file back from another copy of the repository.', 'Ramenez ce fichier depuis une autre copie du dépôt.'],
  [
    'When nobody else works on the repository, run unlock --remove-all.',
    'Quand personne d’autre ne travaille sur le dépôt, exécutez unlock --remove-all.',
  ],
  ['{} was written, and {misread}.', '{} a été écrit, et {}.'],
  ['What was to be stored with it does not count.', 'Ce qui devait être stocké avec lui ne compte pas.'],
  [
    'The file could not be removed: remove it before the next run.',
    'Le fichier n’a pas pu être supprimé : supprimez-le avant la prochaine exécution.',
  ],
  [
    'Have the disk, its controller and cable, and the memory of this machine tested, and run again.',
    'Faites tester le disque, son contrôleur et son câble, et la mémoire de cette machine, puis recommencez.',
  ],
  ["the password opens none of the repository's keys.", 'le mot de passe n’ouvre aucune des clés du dépôt.'],
  ['{} is missing, and the index names it.', '{} manque, et l’index le nomme.'],
  [
    '{} has blobs that overlap or leave gaps, by the index.',
    '{} a, d’après l’index, des blocs qui se recouvrent ou laissent des trous.',
  ],
  // its lock
  ['the repository is locked {exclusively}by {holder} since {}.', 'le dépôt est verrouillé{} par {} depuis {}.'],
  ['Wait until it is done; if it is dead, run unlock.', 'Attendez la fin ; s’il est mort, exécutez unlock.'],
  [
    'our lock could not be refreshed, so that others may take it for a dead one.',
    'notre verrou n’a pas pu être renouvelé : d’autres peuvent le prendre pour un verrou mort.',
  ],
  ['our lock was removed while we worked.', 'notre verrou a été retiré pendant notre travail.'],
  // its copies
  [
    'it claims to be {}@{}, and what it holds is not, or cannot be read.',
    'il prétend être {}@{}, et ce qu’il contient ne l’est pas, ou est illisible.',
  ],
  ['it claims to be {}@{}, but {doubt}.', 'il prétend être {}@{}, mais {}.'],
  ['It counts for nothing; find out who wrote it.', 'Il ne compte pas ; cherchez qui l’a écrit.'],
  [
    '{} is the folder of place {} under another name, and no copy.',
    '{} est le dossier de l’emplacement {} sous un autre nom, et pas une copie.',
  ],
  [
    'Is a share or a medium not mounted, or a link wrong?',
    'Un partage ou un support n’est-il pas monté, ou un lien faux ?',
  ],
  ['Correct options.path of {} in site.yaml.', 'Corrigez options.path de {} dans site.yaml.'],
  [
    'it holds no repository any more, and held {} versions on {}.',
    'il ne contient plus de dépôt, et contenait {} versions le {}.',
  ],
  [
    'Attach it, or say in site.yaml that it is not always online.',
    'Attachez-le, ou dites dans site.yaml qu’il n’est pas toujours en ligne.',
  ],
  [
    'The journal {} is not the one that {} of {}/journal is a copy of: it was cut off, replaced or written anew.',
    'Le journal {} n’est pas celui dont {} de {}/journal est une copie : il a été coupé, remplacé ou réécrit.',
  ],
  ['Bring the copy back: blackstart catalog rebuild', 'Ramenez la copie : blackstart catalog rebuild'],
  [
    'The journal {} is empty or missing, and the repository holds copies of it.',
    'Le journal {} est vide ou manquant, et le dépôt en contient des copies.',
  ],
  ['Bring the newest one back: blackstart catalog rebuild', 'Ramenez la plus récente : blackstart catalog rebuild'],
  // a rehearsal
  [
    'the capture sheet in the repository and the record tell different digests: blackstart catalog rebuild',
    'la fiche de capture du dépôt et l’enregistrement donnent des empreintes différentes : blackstart catalog rebuild',
  ],
  ['the disk of {} is full.', 'le disque de {} est plein.'],
  ['Choose a larger one: --sandbox DIR', 'Choisissez-en un plus grand : --sandbox DOSSIER'],
  ['owners were not verified: that takes root', 'les propriétaires n’ont pas été vérifiés : il faut être root'],
  ['was not restored', 'n’a pas été restauré'],
  [
    'what was restored is what the repository holds, but not what was captured: the digest differs',
    'ce qui a été restauré est ce que contient le dépôt, mais pas ce qui a été capturé : l’empreinte diffère',
  ],
  ['is not in the version', 'n’est pas dans la version'],
  ['is a {entry}, not a {entry}', 'est un {}, pas un {}'],
  ['points elsewhere', 'pointe ailleurs'],
  ['has the permissions {}, not {}', 'a les droits {}, pas {}'],
  ['belongs to {}:{}, not to its owner', 'appartient à {}:{}, pas à son propriétaire'],
  ['has {} bytes, not {}', 'a {} octets, pas {}'],
  ['does not hold the bytes that it should', 'ne contient pas les octets qu’il devrait'],
]

export const repositoryPhrases: Phrases = {
  damage: [
    ['does not match its name, the SHA-256 of its content', 'son nom n’est pas l’empreinte SHA-256 de son contenu'],
    ["was not sealed with this repository's key", 'il n’a pas été scellé avec la clé de ce dépôt'],
    ['holds no repository configuration', 'il ne contient pas de configuration de dépôt'],
    ['names a chunker polynomial that cannot be used', 'il nomme un polynôme de découpage inutilisable'],
    ['holds no readable JSON', 'il ne contient pas de JSON lisible'],
    ['is no index', 'ce n’est pas un index'],
    ['is no lock', 'ce n’est pas un verrou'],
    ['is no snapshot', 'ce n’est pas un instantané'],
    ['is no key file', 'ce n’est pas un fichier de clé'],
    ['is too long for a key file', 'il est trop long pour un fichier de clé'],
    ['holds no key', 'il ne contient pas de clé'],
    ['has no header', 'il n’a pas d’en-tête'],
    ['fails the authentication of its header', 'son en-tête n’est pas authentique'],
    ['has a header that does not fit its content', 'son en-tête ne correspond pas à son contenu'],
    ['has a header that says other than the index', 'son en-tête dit autre chose que l’index'],
    ['has another size than the index says', 'il n’a pas la taille que dit l’index'],
    ['has {} bytes, and the index says {}', 'il a {} octets, et l’index dit {}'],
    ['holds a tree, {}, that is no list of files', 'il contient un arbre, {}, qui n’est pas une liste de fichiers'],
    ['fails the authentication of {}', '{} n’y est pas authentique'],
    ['cannot be decompressed at {}', '{} n’y peut pas être décompressé'],
    ['holds other bytes than the index says at {}', 'il contient d’autres octets que ne dit l’index pour {}'],
    ['{}', 'it {}'],
  ],
  doubt: [
    ['bears a time that lies ahead', 'il porte une date à venir'],
    [
      'bears the tags of a version that is there, and holds something else',
      'il porte les marques d’une version présente, et contient autre chose',
    ],
    [
      'holds other content than its tags or the journal say',
      'il contient autre chose que ne disent ses marques ou le journal',
    ],
    ['cannot be read back: {}', 'il ne peut pas être relu : {}'],
  ],
  misread: [
    ['what was read back is something else', 'ce qui a été relu est autre chose'],
    ['cannot be read back: {}', 'ne peut pas être relu : {}'],
  ],
  exclusively: [
    ['exclusively ', ' en exclusivité'],
    ['', ''],
  ],
  holder: [['process {} of {user} on {machine}', 'le processus {} de {} sur {}']],
  user: [
    ['an unknown user', 'un utilisateur inconnu'],
    ['{}', '{}'],
  ],
  machine: [
    ['an unknown machine', 'une machine inconnue'],
    ['{}', '{}'],
  ],
  entry: [
    ['file', 'fichier'],
    ['folder', 'dossier'],
    ['link', 'lien'],
    ['{}', '{}'],
  ],
}

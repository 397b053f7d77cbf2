import type { Phrases, Template } from './french-template.ts'

/** Of what captures and writes an item, whatever its connector (src/archive, src/capture, src/node/runs). */
export const captureTemplates: readonly Template[] = [
  // what it takes to begin
  ['needs the secret "{}", which is not set.', 'il faut le secret « {} », qui n’est pas défini.'],
  ['Set it: blackstart secrets set {}', 'Définissez-le : blackstart secrets set {}'],
  ['there is no connector "{}"; there are {}.', 'il n’y a pas de connecteur « {} » ; il y a {}.'],
  [
    'the device at {} identifies itself as {}, but was {} until now.',
    'l’équipement à l’adresse {} s’identifie comme {}, mais était {} jusqu’ici.',
  ],
  [
    'Either it was replaced or its key renewed (then accept it: blackstart trust {}), or somebody stands in between: find out first.',
    'Soit il a été remplacé ou sa clé renouvelée (acceptez-le alors : blackstart trust {}), soit quelqu’un s’est interposé : vérifiez-le d’abord.',
  ],
  [
    'no capture has met this device yet, so its identity is not known.',
    'aucune capture n’a encore rencontré cet équipement : son identité n’est pas connue.',
  ],
  ['Capture it first: blackstart capture {}', 'Capturez-le d’abord : blackstart capture {}'],
  [
    '{} already has a session with another capture or restore of this node; it gets one at a time.',
    '{} a déjà une session avec une autre capture ou restauration de ce nœud ; il n’en reçoit qu’une à la fois.',
  ],
  ['Wait until it ends, or end it.', 'Attendez sa fin, ou mettez-y fin.'],
  ["the device's session lock cannot be taken: {}", 'le verrou de session de l’équipement ne peut pas être pris : {}'],
  ['not read, for it is inside a quiet window now.', 'pas lu, car il est actuellement dans une plage de silence.'],
  [
    'Capture it afterwards, or all the same with --ignore-quiet.',
    'Capturez-le ensuite, ou malgré tout avec --ignore-quiet.',
  ],
  [
    '{} is still what {} was, and what the repository holds of it is damaged.',
    '{} est encore ce qu’était {}, et ce que le dépôt en contient est endommagé.',
  ],
  [
    'Take that out, then capture again: "blackstart findings verification-errors" says how.',
    'Retirez-le, puis capturez à nouveau : « blackstart findings verification-errors » dit comment.',
  ],
  // while it is read
  ['there is nothing to read, where {} held {files}.', 'il n’y a rien à lire, là où {} contenait {}.'],
  [
    'Is a share not mounted, a card pulled, the path changed?',
    'Un partage n’est-il pas monté, une carte retirée, le chemin changé ?',
  ],
  [
    'If it was emptied on purpose, take the item out of site.yaml: its versions stay.',
    'S’il a été vidé exprès, retirez l’élément de site.yaml : ses versions restent.',
  ],
  [
    '{} changed each of the {} times that it was read, so no reading of it can be trusted.',
    '{} a changé à chacune de ses {} lectures : on ne peut se fier à aucune.',
  ],
  [
    'Capture it when nothing writes to it (quiet windows), or exclude it.',
    'Capturez-le quand rien n’y écrit (plages de silence), ou excluez-le.',
  ],
  ['the capture was interrupted; nothing of it is kept.', 'la capture a été interrompue ; rien n’en est gardé.'],
  ['the capture gave no result', 'la capture n’a pas donné de résultat'],
  ["not read within {} s, its asset's total timeout.", 'pas lu en {} s, le délai total de son équipement.'],
  [
    'If the device is merely slow, raise timeouts.total of {}.',
    'Si l’équipement est simplement lent, augmentez timeouts.total de {}.',
  ],
  ['Nothing of it was kept.', 'Rien n’en a été gardé.'],
  ['Nothing was kept.', 'Rien n’a été gardé.'],
  ['Capture again.', 'Capturez de nouveau.'],
  ['Capture again when nothing writes to it.', 'Capturez de nouveau quand rien n’y écrit.'],
  ['Capture again; exclude temporary files.', 'Capturez de nouveau ; excluez les fichiers temporaires.'],
  ['Check options.path.', 'Vérifiez options.path.'],
  ['Correct options.path.', 'Corrigez options.path.'],
  ['the path {} leads out of the item.', 'le chemin {} mène hors de l’élément.'],
  ['Nothing of it was written.', 'Rien n’en a été écrit.'],
  ['Check secrets set {} and {}.', 'Vérifiez les secrets {} et {} (secrets set).'],
  ['Check secrets set {}.', 'Vérifiez le secret {} (secrets set).'],
  // while it is written back
  ['the connector "{}" cannot write to a device.', 'le connecteur « {} » ne sait pas écrire sur un équipement.'],
  [
    "Restore into a folder (blackstart restore {}@{} --to DIR) and load it with the device's own tool.",
    'Restaurez dans un dossier (blackstart restore {}@{} --to DOSSIER) et chargez-le avec l’outil de l’équipement.',
  ],
  [
    'nothing was written, because what the device holds now could not be captured first.',
    'rien n’a été écrit, car ce que contient l’équipement n’a pas pu être capturé d’abord.',
  ],
  [
    'If the device is new or empty, write without that: --without-safety-capture',
    'Si l’équipement est neuf ou vide, écrivez sans cela : --without-safety-capture',
  ],
  ['Before the writing it held {}@{}.', 'Avant l’écriture, il contenait {}@{}.'],
  [
    'it was written, but could not be read back, so nobody knows what the device holds now.',
    'il a été écrit, mais n’a pas pu être relu : personne ne sait ce que contient l’équipement.',
  ],
  ['Capture it again before you start the machine.', 'Capturez-le de nouveau avant de démarrer la machine.'],
  [
    'Do not start the machine; look at blackstart diff {} {} latest',
    'Ne démarrez pas la machine ; voyez blackstart diff {} {} latest',
  ],
  [
    '{written} written before that, so it holds files of two versions now: restore again, or bring back what it held before.',
    '{} avant cela : il contient maintenant des fichiers de deux versions. Restaurez de nouveau, ou ramenez ce qu’il contenait avant.',
  ],
  // the journal and the repository
  [
    '{cut} was stopped, but the journal could not note who stopped it.',
    '{}, mais le journal n’a pas pu noter par qui.',
  ],
  ['The journal {} cannot be written: {why}.', 'Le journal {} ne peut pas être écrit : {}.'],
  ['Make room on that disk.', 'Faites de la place sur ce disque.'],
  ['Check the disk and the rights on that file.', 'Vérifiez le disque et les droits sur ce fichier.'],
  [
    'The journal {} was damaged or tampered with: line {line} {journal}.',
    'Le journal {} a été endommagé ou falsifié : la ligne {} {}.',
  ],
  [
    'Bring back the newest copy from the repository: blackstart catalog rebuild',
    'Ramenez la copie la plus récente depuis le dépôt : blackstart catalog rebuild',
  ],
]

export const capturePhrases: Phrases = {
  files: [
    ['a file', 'un fichier'],
    ['{} files', '{} fichiers'],
  ],
  written: [
    ['One file was', 'Un fichier a été écrit'],
    ['{} files were', '{} fichiers ont été écrits'],
  ],
  cut: [
    ['the run', 'l’exécution a été arrêtée'],
    ['The drill', 'L’exercice a été arrêté'],
    ['The verification', 'La vérification a été arrêtée'],
  ],
  verb: [
    ['read', 'lire'],
    ['write', 'écrire'],
    ['list', 'lister'],
    ['use', 'utiliser'],
  ],
  toverb: [
    ['read', 'de lire'],
    ['write', 'd’écrire'],
    ['list', 'de lister'],
    ['use', 'd’utiliser'],
  ],
  line: [
    ['at its end', 'à sa fin'],
    ['{}', '{}'],
  ],
  journal: [
    ['does not follow from the line before it', 'ne découle pas de la précédente'],
    ['is not the one that it was', 'n’est plus celle qu’elle était'],
    ['is missing: the journal had reached further before', 'manque : le journal allait plus loin avant'],
    ['is not a journal line', 'n’est pas une ligne de journal'],
  ],
  // what the system's codes mean (src/errors.ts); else its own words
  why: [
    ['there is no such file or folder', 'ce fichier ou dossier n’existe pas'],
    ['a part of the path is no folder', 'une partie du chemin n’est pas un dossier'],
    ['it is a folder', 'c’est un dossier'],
    ['it is a link, or its links lead in a circle', 'c’est un lien, ou ses liens tournent en rond'],
    ['this user has no right to it', 'cet utilisateur n’en a pas le droit'],
    ['the disk can only be read', 'le disque est en lecture seule'],
    ['the disk, or what connects it, failed', 'le disque, ou ce qui le relie, est en panne'],
    ['the disk is full', 'le disque est plein'],
    ["this user's share of the disk is used up", 'la part de disque de cet utilisateur est épuisée'],
    ['this process has too many files open', 'ce processus a trop de fichiers ouverts'],
    ['this machine has too many files open', 'cette machine a trop de fichiers ouverts'],
    ['{}', '{}'],
  ],
}

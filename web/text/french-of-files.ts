import type { Phrases, Template } from './french-template.ts'

/** Of the connectors that read files and databases on this machine (src/capture/files, src/capture/sqlite). */
export const fileTemplates: readonly Template[] = [
  ['no permission to {toverb} {file} ({}).', 'pas le droit {} {} ({}).'],
  ['Give it to the account of Blackstart{exclusion}.', 'Donnez-le au compte de Blackstart{}.'],
  ['{file} was there a moment ago and is gone.', '{} était là il y a un instant et a disparu.'],
  [
    '{file} was replaced by something else while it was read ({}).',
    '{} a été remplacé par autre chose pendant la lecture ({}).',
  ],
  [
    '{file} cannot be written: a link, a folder or a file of another kind is in its place ({}).',
    '{} ne peut pas être écrit : un lien, un dossier ou un fichier d’un autre type est à sa place ({}).',
  ],
  [
    '{} cannot be written: on the device a link, a folder or a file of another kind is in its place.',
    '{} ne peut pas être écrit : sur l’équipement, un lien, un dossier ou un fichier d’un autre type est à sa place.',
  ],
  ['Move it away.', 'Déplacez-le.'],
  ['no space left to write {file}.', 'plus de place pour écrire {}.'],
  ['Make room.', 'Faites de la place.'],
  ['{file} is on a read-only medium.', '{} est sur un support en lecture seule.'],
  ['Make it writable.', 'Rendez-le accessible en écriture.'],
  ['{file} cannot be {done} ({}).', '{} ne peut pas être {} ({}).'],
  ['Check the disk or the network share.', 'Vérifiez le disque ou le partage réseau.'],
  ['cannot {toverb} {file} ({}).', 'impossible {} {} ({}).'],
  ['Check the file by hand.', 'Examinez le fichier à la main.'],
  ['{file} changed while it was read.', '{} a changé pendant la lecture.'],
  [
    'the folder {} never held still while it was listed.',
    'le dossier {} n’a pas cessé de changer pendant qu’il était parcouru.',
  ],
  ['Exclude the files that come and go there.', 'Excluez les fichiers qui y apparaissent et disparaissent.'],
  ['{} is neither a file nor a folder.', '{} n’est ni un fichier ni un dossier.'],
  ['{} does not exist.', '{} n’existe pas.'],
  [
    'Check options.path, and that the disk or share is mounted.',
    'Vérifiez options.path, et que le disque ou le partage est monté.',
  ],
  ['{} is one file, the version also holds {}.', '{} est un seul fichier, la version contient aussi {}.'],
  ['Correct options.path, or make it a folder.', 'Corrigez options.path, ou faites-en un dossier.'],
  // SQLite
  ['{} is locked by another program.', '{} est verrouillé par un autre programme.'],
  ['Try again when it is done, or stop it.', 'Réessayez quand il a terminé, ou arrêtez-le.'],
  ['{} is no SQLite database, or an encrypted one.', '{} n’est pas une base SQLite, ou elle est chiffrée.'],
  [
    'Check options.path; capture an encrypted one with `via: files` while its program is stopped.',
    'Vérifiez options.path ; capturez une base chiffrée avec `via: files` pendant que son programme est arrêté.',
  ],
  ['{} is damaged ({}).', '{} est endommagé ({}).'],
  [
    '{} is damaged: SQLite\'s integrity check says "{}".',
    '{} est endommagé : le contrôle d’intégrité de SQLite dit « {} ».',
  ],
  ['Repair it, or restore its last good version.', 'Réparez-le, ou restaurez sa dernière bonne version.'],
  ['{} cannot be opened.', '{} ne peut pas être ouvert.'],
  [
    'Give the account of Blackstart the right to read it, and to write beside it if it is in WAL mode.',
    'Donnez au compte de Blackstart le droit de le lire, et d’écrire à côté s’il est en mode WAL.',
  ],
  ['{} cannot be copied: no space left for the copy.', '{} ne peut pas être copié : plus de place pour la copie.'],
  ['Make room in the folder for temporary files.', 'Faites de la place dans le dossier des fichiers temporaires.'],
  ['{} cannot be read to its end ({}).', '{} ne peut pas être lu jusqu’au bout ({}).'],
  ['Check the disk.', 'Vérifiez le disque.'],
  ['Check options.path, and that its disk is mounted.', 'Vérifiez options.path, et que son disque est monté.'],
  ['{} may not be opened by the account of Blackstart.', '{} ne peut pas être ouvert par le compte de Blackstart.'],
  ['Give it the right to.', 'Donnez-lui-en le droit.'],
  ['{} cannot be captured or restored ({}).', '{} ne peut être ni capturé ni restauré ({}).'],
  ['{} is not a file.', '{} n’est pas un fichier.'],
  [
    '{} is empty, which SQLite would take for a database without tables.',
    '{} est vide, ce que SQLite prendrait pour une base sans tables.',
  ],
  ['Check the program that writes it.', 'Vérifiez le programme qui l’écrit.'],
  ['another program has {} open.', 'un autre programme a ouvert {}.'],
  [
    'Stop it, then restore again; nothing was changed.',
    'Arrêtez-le, puis restaurez de nouveau ; rien n’a été modifié.',
  ],
  [
    'the version holds {}, the site file names the database {}.',
    'la version contient {}, le fichier du site nomme la base {}.',
  ],
]

export const filePhrases: Phrases = {
  file: [
    ['the folder', 'le dossier'],
    ['{}', '{}'],
  ],
  done: [
    ['read', 'lu'],
    ['written', 'écrit'],
  ],
  exclusion: [
    [', or leave it out with an exclusion', ', ou écartez-le par une exclusion'],
    ['', ''],
  ],
}

import type { Phrases, Template } from './french-template.ts'

/** Of the channels that tell people (src/node/notify). */
const ofChannels: readonly Template[] = [
  ['{place} could not be reached: {unreached}.', '{} n’a pas pu être joint : {}.'],
  ['Check the network and the options of this channel.', 'Vérifiez le réseau et les options de ce canal.'],
  [
    'Until the next start they are held in memory, and the journal is not exported.',
    'Jusqu’au prochain démarrage, ils sont gardés en mémoire, et le journal n’est pas exporté.',
  ],
  ['Check options.{} of this channel.', 'Vérifiez options.{} de ce canal.'],
  [
    'the mail server refused the recipients {}; the others have the mail.',
    'le serveur de messagerie a refusé les destinataires {} ; les autres ont le message.',
  ],
  ['{place} refused the login{said}.', '{} a refusé la connexion{}.'],
  ['Give user and secret in the options of this channel.', 'Indiquez user et secret dans les options de ce canal.'],
  [
    'Check options.user, and the secret: blackstart secrets set {}',
    'Vérifiez options.user, et le secret : blackstart secrets set {}',
  ],
  ['{place} could not be made to encrypt{said}.', '{} n’a pas pu être amené à chiffrer{}.'],
  ['Check options.security.', 'Vérifiez options.security.'],
  ['{place} refused the sender or every recipient{said}.', '{} a refusé l’expéditeur ou tous les destinataires{}.'],
  ['Check options.from and to.', 'Vérifiez options.from et to.'],
  ['{place} did not take the message now{said}.', '{} n’a pas pris le message pour l’instant{}.'],
  [
    '{place} answered with a redirect ({}), which is not followed.',
    '{} a répondu par une redirection ({}), qui n’est pas suivie.',
  ],
  ['Correct options.url.', 'Corrigez options.url.'],
  ["{place} refused the message's signature ({}).", '{} a refusé la signature du message ({}).'],
  [
    'Check the secret on both sides: blackstart secrets set {}',
    'Vérifiez le secret des deux côtés : blackstart secrets set {}',
  ],
  ['{place} refused the message{said}.', '{} a refusé le message{}.'],
  ['{place} answered {}.', '{} a répondu {}.'],
  ['Look into its log.', 'Voyez son journal.'],
  ['sending took too long.', 'l’envoi a pris trop de temps.'],
  ['Check the receiver.', 'Vérifiez le destinataire.'],
  ['{} notices were given up: too many wait.', '{} avis ont été abandonnés : trop attendent.'],
  ['{} notices were given up.', '{} avis ont été abandonnés.'],
  [
    'The queue of notices was damaged: what waited in it is lost, and the journal is exported again.',
    'La file des avis était endommagée : ce qui y attendait est perdu, et le journal est exporté de nouveau.',
  ],
  [
    'the journal is another than it was, and is told from its end',
    'le journal n’est plus le même, et il est raconté depuis sa fin',
  ],
  ['Nobody can be told of what happens: {}', 'Personne ne peut être prévenu de ce qui arrive : {}'],
  ['The site has no channel "{}".', 'Le site n’a pas de canal « {} ».'],
  ['Its channels stand under notify in site.yaml.', 'Ses canaux se trouvent sous notify dans site.yaml.'],
  ['there is no kind of channel "{}".', 'il n’y a pas de genre de canal « {} ».'],
  ['there is no secret "{}".', 'il n’y a pas de secret « {} ».'],
  ['Run: blackstart secrets set {}', 'Exécutez : blackstart secrets set {}'],
  [
    '{} was written by a newer Blackstart: start that one.',
    '{} a été écrit par un Blackstart plus récent : démarrez celui-là.',
  ],
  [
    'The notices in {} are held by another process: one node runs at a time for a site.',
    'Les avis de {} sont tenus par un autre processus : un seul nœud tourne à la fois pour un site.',
  ],
  ['The notices in {} cannot be kept: {}.', 'Les avis ne peuvent pas être gardés dans {} : {}.'],
  ['a notice that waits to be sent is damaged', 'un avis qui attend d’être envoyé est endommagé'],
  ['Make room on its disk.', 'Faites de la place sur son disque.'],
  ['Check its disk, and the rights on that file.', 'Vérifiez son disque, et les droits sur ce fichier.'],
]

/** Of the triggers that see changes (src/node/triggers). */
const ofTriggers: readonly Template[] = [
  [
    '{port} is taken by another program of this machine, or by another trigger.',
    'le {} est pris par un autre programme de cette machine, ou par un autre déclencheur.',
  ],
  [
    'Stop that one, or give the trigger another port and let the devices send there.',
    'Arrêtez-le, ou donnez un autre port au déclencheur et faites-y envoyer les équipements.',
  ],
  ['this user has no right to {port}.', 'cet utilisateur n’a pas droit au {}.'],
  [
    'Give the trigger a port above 1023 and let the devices send there, or allow it in the systemd unit: AmbientCapabilities=CAP_NET_BIND_SERVICE.',
    'Donnez au déclencheur un port au-dessus de 1023 et faites-y envoyer les équipements, ou autorisez-le dans l’unité systemd : AmbientCapabilities=CAP_NET_BIND_SERVICE.',
  ],
  ['{} is no address of this machine now.', '{} n’est pas une adresse de cette machine actuellement.'],
  [
    'Check options.listen, and that the network interface is up.',
    'Vérifiez options.listen, et que l’interface réseau est active.',
  ],
  ['{port} cannot be listened on ({}).', 'impossible d’écouter sur le {} ({}).'],
  ['Check options.listen and options.port.', 'Vérifiez options.listen et options.port.'],
  ['{} is empty, and held files before.', '{} est vide, et contenait des fichiers avant.'],
  ['Check that the share is mounted.', 'Vérifiez que le partage est monté.'],
  ['{} {unseen}.', '{} {}.'],
  ['Check options.path, and that the share is mounted.', 'Vérifiez options.path, et que le partage est monté.'],
  ['{} holds more than {} files.', '{} contient plus de {} fichiers.'],
  ['Narrow options.path to the projects that matter.', 'Restreignez options.path aux projets qui comptent.'],
  ['failed ({}).', 'a échoué ({}).'],
  [
    'It is tried again; if it stays so, report it.',
    'Il y aura une nouvelle tentative ; si cela persiste, signalez-le.',
  ],
  // what they saw
  ['is being started', 'démarre'],
  ['was called', 'a été appelé'],
  ['{} and {others} were saved or removed', '{} et {} ont été enregistrés ou supprimés'],
  [
    'what it tells of itself differs from what it told before the last capture',
    'ce qu’il dit de lui-même diffère de ce qu’il disait avant la dernière capture',
  ],
]

/** Of the passwords of devices (src/secrets). */
const ofSecrets: readonly Template[] = [
  [
    '"{}" cannot name a secret: use letters, digits, dots and hyphens.',
    '« {} » ne peut pas nommer un secret : utilisez des lettres, des chiffres, des points et des traits d’union.',
  ],
  ['The secrets in {} cannot be read.', 'Les secrets de {} ne peuvent pas être lus.'],
  [
    'Bring them back as they were: pick a version from "blackstart versions node/secrets", restore it (blackstart restore node/secrets@VERSION --to {}).',
    'Ramenez-les tels qu’ils étaient : choisissez une version avec « blackstart versions node/secrets », restaurez-la (blackstart restore node/secrets@VERSION --to {}).',
  ],
  [
    'The secret "{}" in {} is damaged, or belongs to another repository.',
    'Le secret « {} » de {} est endommagé, ou appartient à un autre dépôt.',
  ],
  ['Set it again: blackstart secrets set {}', 'Redéfinissez-le : blackstart secrets set {}'],
  ['Check the disk, and the rights on its folder.', 'Vérifiez le disque, et les droits sur son dossier.'],
]

export const noticeTemplates: readonly Template[] = [...ofChannels, ...ofTriggers, ...ofSecrets]

export const noticePhrases: Phrases = {
  place: [
    ['the mail server {}:{}', 'le serveur de messagerie {}:{}'],
    ['the syslog receiver {}:{}', 'le récepteur syslog {}:{}'],
    ['the receiver {}', 'le récepteur {}'],
  ],
  // what a receiver said of it
  said: [
    [' ({})', ' ({})'],
    ['', ''],
  ],
  unreached: [
    ['nothing listens there', 'rien n’y écoute'],
    ['the connection was cut', 'la liaison a été coupée'],
    ['no answer came in time', 'aucune réponse n’est venue à temps'],
    ['there is no way to that host', 'aucun chemin ne mène à cet hôte'],
    ['there is no way to that network', 'aucun chemin ne mène à ce réseau'],
    ['the name has no address', 'le nom n’a pas d’adresse'],
    ['no name server answers', 'aucun serveur de noms ne répond'],
    [
      'the receiver closed the connection before it had everything',
      'le récepteur a fermé la liaison avant d’avoir tout reçu',
    ],
    ['{}', '{}'],
  ],
  port: [['{} port {} of {}', 'port {} {} de {}']],
  unseen: [
    ['does not exist', 'n’existe pas'],
    ['cannot be reached ({why})', 'ne peut pas être joint ({})'],
  ],
  others: [
    ['another file', 'un autre fichier'],
    ['{} others', '{} autres'],
  ],
}

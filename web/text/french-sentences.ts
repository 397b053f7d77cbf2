import { frenchPart } from './french-recovery.ts'
import { frenchRefusal } from './french-refusals.ts'
import { templates } from './french-template.ts'

type Said = (...parts: string[]) => string

/** What is lost, as the node says it: `if the site node is lost or the site is lost`. */
function loss(text: string): string {
  return text
    .replace(/^whatever is lost$/u, 'quoi qu’il soit perdu')
    .replace(/^if /u, 'si ')
    .replace('a device fails', 'un équipement tombe en panne')
    .replace('the site node is lost', 'le nœud du site est perdu')
    .replace(/\bzone (.+?) is lost/u, 'la zone $1 est perdue')
    .replace(/the credential domain (.+?) is taken over/u, 'le domaine d’identification $1 est compromis')
    .replace('the site is lost', 'le site est perdu')
    .replaceAll(/,? or /gu, ' ou ')
}

/** Several names, and how many more. */
const names = (text = '') => text.replace(/ and (\d+) more$/u, ' et $1 de plus')

/** What is not known of a recovery, with how many more. */
function partsOf(text = ''): string {
  const [, listed = '', more = ''] = /^(.*?)( and \d+ more)?$/su.exec(text) ?? []
  return names(`${listed.split(', ').map(frenchPart).join(', ')}${more}`)
}

/** Sentences that the node makes of what it knows. Those with a device's own words are not among them. */
const sentences: readonly (readonly [RegExp, Said])[] = [
  // why a process is judged as it is
  [/^there is no verified copy of (.+)$/u, of => `il n’y a aucune copie vérifiée de ${names(of)}`],
  [
    /^no verified copy of (.+) would be left (if .+|whatever is lost)$/u,
    (of, lost = '') => `aucune copie vérifiée de ${names(of)} ne resterait ${loss(lost)}`,
  ],
  [
    /^the newest copy of (.+) that would be left (.+) is older than the MTDL allows$/u,
    (of, lost = '') =>
      `la plus récente copie de ${names(of)} qui resterait ${loss(lost)} est plus ancienne que ne le permet la PDMA`,
  ],
  [
    /^the MTDL of (.+) cannot be held (.+), as the site is configured$/u,
    (of, lost = '') => `la PDMA de ${names(of)} ne peut pas être tenue ${loss(lost)}, tel que le site est configuré`,
  ],
  [
    /^(if .+|whatever is lost) it takes at least (.+?) to come back(?:, (.+) of it (.+))?; the MTD is (.*)$/u,
    (lost = '', least = '', most, what = '', mtd = '') =>
      `${loss(lost)}, le retour prend au moins ${least}${most === undefined ? '' : `, dont ${most} pour ${frenchPart(what)}`} ; la MTD est de ${mtd}`,
  ],
  [/^nothing of what it needs is backed up$/u, () => 'rien de ce dont il dépend n’est sauvegardé'],
  [/^no MTDL is stated$/u, () => 'aucune PDMA n’est indiquée'],
  [
    /^no MTDL of its (configuration|history) is stated$/u,
    kind => `aucune PDMA n’est indiquée pour ${kind === 'history' ? 'son historique' : 'sa configuration'}`,
  ],
  [/^no MTD is stated$/u, () => 'aucune MTD n’est indiquée'],
  [
    /^the copies of (.+) are dated ahead of the clock: their age is not known$/u,
    of => `les copies de ${names(of)} sont datées en avance sur l’horloge : leur âge est inconnu`,
  ],
  [
    /^how much of (.+) is lost is not known: the places that would be left do not state their lag$/u,
    of =>
      `ce qui serait perdu de ${names(of)} est inconnu : les emplacements qui resteraient n’indiquent pas leur retard`,
  ],
  [
    /^not read back within the period of its class, or in a place with errors: (.+)$/u,
    of => `non relu dans le délai de sa classe, ou dans un emplacement avec des erreurs : ${names(of)}`,
  ],
  [
    /^not restored within the period of its class: (.+)$/u,
    of => `non restauré dans le délai de sa classe : ${names(of)}`,
  ],
  [
    /^(\S+): nine of ten recoveries take up to (.+), more than the RTO$/u,
    (scenario, time) => `${scenario} : neuf reprises sur dix durent jusqu’à ${time}, plus que le RTO`,
  ],
  [/^not known of the recovery time: (.+)$/u, of => `inconnu du temps de reprise : ${partsOf(of)}`],
  [
    /^the human steps of the recovery were never rehearsed$/u,
    () => 'les étapes humaines de la reprise n’ont jamais été exercées',
  ],
  [
    /^the human steps of the recovery were not rehearsed within the period of its class$/u,
    () => 'les étapes humaines de la reprise n’ont pas été exercées dans le délai de sa classe',
  ],
  // what needs a person
  [/^(\S+) differs from its approved version\.$/u, item => `${item} diffère de sa version approuvée.`],
  [
    /^Read the difference; then approve what the device holds, or write the approved version back\.$/u,
    () => 'Lisez la différence ; puis approuvez ce que contient l’équipement, ou réécrivez la version approuvée.',
  ],
  [
    /^(\S+) was changed outside its change windows(, and differs from its approved version)?\.$/u,
    (item, also) =>
      `${item} a été modifié hors de ses fenêtres de modification${also === undefined ? '' : ', et diffère de sa version approuvée'}.`,
  ],
  [
    /^Find out who changed it; then approve what the device holds, or write the (version before|approved version) back\.$/u,
    which =>
      `Cherchez qui l’a modifié ; puis approuvez ce que contient l’équipement, ou réécrivez la version ${which === 'approved version' ? 'approuvée' : 'précédente'}.`,
  ],
  [
    /^(\S+) has changed, and no version of it is approved\.$/u,
    item => `${item} a changé, et aucune de ses versions n’est approuvée.`,
  ],
  [/^Nothing of (\S+) was captured yet\.$/u, item => `Rien de ${item} n’a encore été capturé.`],
  [/^(\S+) was not read within its limit\.$/u, item => `${item} n’a pas été lu dans son délai.`],
  [/^Capture it now: (.+)$/u, command => `Capturez-le maintenant : ${command}`],
  [
    /^site\.yaml on the disk has (an error|\d+ errors): the node goes on with the one before\.$/u,
    (count = '') =>
      `site.yaml sur le disque contient ${count === 'an error' ? 'une erreur' : count.replace('errors', 'erreurs')} : le nœud continue avec le précédent.`,
  ],
  [/^Correct it in the settings\.$/u, () => 'Corrigez-le dans les réglages.'],
  // what a person does about a failed capture
  [
    /^Look at what the device says, then capture (\S+) again\.$/u,
    item => `Voyez ce que dit l’équipement, puis capturez de nouveau ${item}.`,
  ],
  [
    /^Check that (\S+) is switched on, its address in site\.yaml, and that its conduit is open\.$/u,
    asset => `Vérifiez que ${asset} est sous tension, son adresse dans site.yaml, et que son conduit est ouvert.`,
  ],
  [
    /^Check the account on (\S+), then set its secret anew: (.+)$/u,
    (asset, command) => `Vérifiez le compte sur ${asset}, puis redéfinissez son secret : ${command}`,
  ],
  [
    /^Give the account of the backup the right to read on (\S+)\.$/u,
    asset => `Donnez au compte de sauvegarde le droit de lecture sur ${asset}.`,
  ],
  [
    /^Check the load of (\S+) and its line; where it is always slow, raise its timeouts in site\.yaml\.$/u,
    asset =>
      `Vérifiez la charge de ${asset} et sa liaison ; s’il est toujours lent, augmentez ses délais dans site.yaml.`,
  ],
  [
    /^Check the line to (\S+): it broke while it was read\.$/u,
    asset => `Vérifiez la liaison avec ${asset} : elle s’est rompue pendant la lecture.`,
  ],
  [
    /^Capture (\S+) again when nobody works on it\.$/u,
    item => `Capturez de nouveau ${item} quand personne n’y travaille.`,
  ],
  [
    /^(\S+) is in use, by an engineer's tool for example: close it, or wait\.$/u,
    asset => `${asset} est occupé, par un outil d’ingénierie par exemple : fermez-le, ou attendez.`,
  ],
  [
    /^(\S+) shows another key than before\. Where it was replaced, trust it; where not, find out who answers\.$/u,
    asset =>
      `${asset} présente une autre clé qu’avant. S’il a été remplacé, reconnaissez-le ; sinon, cherchez qui répond.`,
  ],
  // a write without the second person
  [
    /^(\S+) broke the glass: wrote (\S+) to its device without a second person(, even if what it held before is lost)?: (.*)$/su,
    (name, what, unsafe, reason) =>
      `Bris de glace par ${name} : ${what} écrit sur son équipement sans seconde personne${unsafe === undefined ? '' : ', même si ce qu’il contenait est perdu'} : ${reason}`,
  ],
  [
    /^Review it with them within a day: whether it was right, and whether the device holds what it should\.$/u,
    () => 'À revoir avec cette personne dans la journée : était-ce juste, et l’équipement contient-il ce qu’il doit ?',
  ],
  [
    /^The catalog could not be written when the node started: it is held in memory\.$/u,
    () => 'Le catalogue n’a pas pu être écrit au démarrage du nœud : il est gardé en mémoire.',
  ],
  [
    /^Place (\S+) holds something damaged: its last verification found (\d+) errors\.$/u,
    (place, errors) =>
      `L’emplacement ${place} contient des données endommagées : sa dernière vérification a trouvé ${errors} erreurs.`,
  ],
  [
    /^See its disk first\. What to do, step by step: blackstart findings verification-errors$/u,
    () => 'Voyez d’abord son disque. Que faire, pas à pas : blackstart findings verification-errors',
  ],
  [
    /^Make room on the disk of the site folder, then start the node again\.$/u,
    () => 'Faites de la place sur le disque du dossier du site, puis redémarrez le nœud.',
  ],
  [
    /^The journal does not say so yet: make room on the disk of the site folder\.$/u,
    () => 'Le journal ne le dit pas encore : faites de la place sur le disque du dossier du site.',
  ],
  [
    /^(\S+): its device holds (\S+) again, read back and compared; but that could not be recorded\.$/u,
    (item, version) =>
      `${item} : l’équipement contient de nouveau ${version}, relu et comparé ; mais cela n’a pas pu être consigné.`,
  ],
  // a capture that has no result
  [
    /^(\S+): the node was stopped while it read this; nothing of it was kept\.$/u,
    item => `${item} : le nœud a été arrêté pendant la lecture ; rien n’en a été gardé.`,
  ],
  [
    /^(\S+): (.+) stopped the capture; nothing of it was kept\.$/u,
    (item, name) => `${item} : ${name} a arrêté la capture ; rien n’en a été gardé.`,
  ],
  [/^Set its secret: (.+)$/u, command => `Définissez son secret : ${command}`],
  [/^Make room on the disk of the repository\.$/u, () => 'Faites de la place sur le disque du dépôt.'],
  [/^Check the disk of the repository\.$/u, () => 'Vérifiez le disque du dépôt.'],
  [/^Verify the repository: (.+)$/u, command => `Vérifiez le dépôt : ${command}`],
]

const plain = templates([
  // a zone that is cut off
  [
    '{} of {} assets in {} do not answer: {} items are not read.',
    '{} équipements sur {} de {} ne répondent pas : {} éléments ne sont pas lus.',
  ],
  [
    'See whether the network to them was cut, on purpose or not. What was captured before stays, and can be restored from here.',
    'Voyez si le réseau vers eux a été coupé, volontairement ou non. Ce qui a été capturé avant reste, et peut être restauré d’ici.',
  ],
  // flows whose other end has no zone
  [
    'The site file does not say in which zone {} stands: add it, or its network, to the networks of a zone.',
    'Le fichier du site ne dit pas dans quelle zone se trouve {} : ajoutez-le, ou son réseau, aux networks d’une zone.',
  ],
  [
    'The site file does not say where the caller of {} stands: name its zone in the option from of the trigger.',
    'Le fichier du site ne dit pas où se trouve l’appelant de {} : nommez sa zone dans l’option from du déclencheur.',
  ],
  ['something in a zone that you do not see', 'quelque chose dans une zone que vous ne voyez pas'],
  // what needs a person
  [
    'Read the difference; then approve what the device holds.',
    'Lisez la différence ; puis approuvez ce que contient l’équipement.',
  ],
  [
    'Find out who changed it; then approve what the device holds.',
    'Cherchez qui l’a modifié ; puis approuvez ce que contient l’équipement.',
  ],
  [
    'Read the difference; then approve what the device holds, or write {} back.',
    'Lisez la différence ; puis approuvez ce que contient l’équipement, ou réécrivez {}.',
  ],
  [
    'Find out who changed it; then approve what the device holds, or write {} back.',
    'Cherchez qui l’a modifié ; puis approuvez ce que contient l’équipement, ou réécrivez {}.',
  ],
  [
    'See with them whether it was right, and whether the device holds what it should.',
    'Voyez avec cette personne si c’était juste, et si l’équipement contient ce qu’il doit.',
  ],
  [
    '{} asks to write {} to its device, even if what it holds now is lost: {}',
    '{} demande à écrire {} sur son équipement, même si ce qu’il contient est perdu : {}',
  ],
  ['{} asks to write {} to its device: {}', '{} demande à écrire {} sur son équipement : {}'],
  ['Approve it or refuse it.', 'Donnez votre accord, ou refusez.'],
  ['{} agreed that you write {} to its device.', '{} a donné son accord pour que vous écriviez {} sur son équipement.'],
  ['Write it now: the approval is good until {}.', 'Écrivez maintenant : l’accord vaut jusqu’à {}.'],
  [
    'You agreed that {} writes {} to its device; it is not yet written.',
    'Vous avez donné votre accord pour que {} écrive {} sur son équipement ; ce n’est pas encore écrit.',
  ],
  ['Nothing is to be done: the approval ends at {}.', 'Il n’y a rien à faire : l’accord se termine à {}.'],
  [
    'Find out what happened before anything is trusted: {}',
    'Cherchez ce qui s’est passé avant de vous fier à quoi que ce soit : {}',
  ],
  [
    'Until then its changes are seen at the next capture. See Settings, or triggers in site.yaml.',
    'Jusque-là, ses modifications sont vues à la prochaine capture. Voyez les Réglages, ou triggers dans site.yaml.',
  ],
  [
    '{} notices wait; they are sent when it works again. See notify in site.yaml.',
    '{} avis attendent ; ils partiront quand cela fonctionnera de nouveau. Voyez notify dans site.yaml.',
  ],
  // what a person does about a failed capture, further
  [
    'Capture {} again: the device ended before all was read.',
    'Capturez de nouveau {} : l’équipement a terminé avant que tout soit lu.',
  ],
  [
    'Check that what answers at the address of {} is that device, and its firmware.',
    'Vérifiez que ce qui répond à l’adresse de {} est bien cet équipement, et son micrologiciel.',
  ],
  [
    'Check the options of {} in site.yaml: what they name is not there.',
    'Vérifiez les options de {} dans site.yaml : ce qu’elles nomment n’existe pas.',
  ],
  [
    'What {} gives differs at each reading: see whether a part of it should be excluded.',
    'Ce que donne {} diffère à chaque lecture : voyez s’il faut en exclure une partie.',
  ],
  [
    'The output of {} has no end mark: check the model of its device in site.yaml.',
    'La sortie de {} n’a pas de marque de fin : vérifiez le modèle de son équipement dans site.yaml.',
  ],
  [
    'Check the connector of {}: it cannot do that with this device.',
    'Vérifiez le connecteur de {} : il ne peut pas faire cela avec cet équipement.',
  ],
  [
    'Compare what {} holds now with what was written; then write it again, or roll back.',
    'Comparez ce que {} contient maintenant avec ce qui a été écrit ; puis réécrivez-le, ou revenez en arrière.',
  ],
  [
    'Bring back the key of the repository from the recovery kit.',
    'Rapportez la clé du dépôt depuis le kit de reprise.',
  ],
  [
    'The node is isolated: end the isolation, then capture again.',
    'Le nœud est isolé : mettez fin à l’isolement, puis capturez de nouveau.',
  ],
  [
    'Another program works on the repository: wait until it has ended.',
    'Un autre programme travaille sur le dépôt : attendez qu’il ait terminé.',
  ],
  [
    'Capture {} again: the node stopped, or somebody stopped it.',
    'Capturez de nouveau {} : le nœud s’est arrêté, ou quelqu’un l’a arrêté.',
  ],
  ["{} could not be drilled; the node's log says why.", '{} n’a pas pu être exercé ; le journal du nœud dit pourquoi.'],
  // how a restored item comes onto its device
  [
    'then load it into {} by hand, with its engineering tool',
    'puis chargez-le dans {} à la main, avec son outil d’ingénierie',
  ],
  [
    'then load it into {} by hand, with its command line or web page',
    'puis chargez-le dans {} à la main, avec sa ligne de commande ou sa page web',
  ],
  [
    'then load it into {} by hand, with an imaging tool',
    'puis chargez-le dans {} à la main, avec un outil d’images disque',
  ],
  [
    "then load it into {} by hand, with the vendor's update tool",
    'puis chargez-le dans {} à la main, avec l’outil de mise à jour du fabricant',
  ],
  [
    "then load it into {} by hand, with the database's own tool",
    'puis chargez-le dans {} à la main, avec l’outil de la base de données',
  ],
  [
    "then load it into {} by hand, with the device's own tool",
    'puis chargez-le dans {} à la main, avec l’outil de l’équipement',
  ],
  ['listens on {}', 'écoute sur {}'],
  ['watches {} (1 file)', 'surveille {} (1 fichier)'],
  ['watches {} ({} files)', 'surveille {} ({} fichiers)'],
  ['{} was saved or removed', '{} a été enregistré ou supprimé'],
  ['{} stands still while it is written', '{} est à l’arrêt pendant l’écriture'],
])

/** A sentence of the node in French; null where it is not known. */
export function frenchSentence(sentence: string): string | null {
  for (const [pattern, said] of sentences) {
    const found = pattern.exec(sentence)
    if (found !== null) return said(...found.slice(1))
  }
  return plain(sentence) ?? frenchRefusal(sentence)
}

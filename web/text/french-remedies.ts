import { frenchPart } from './french-recovery.ts'

type Say = (...parts: string[]) => string

/** Replaces phrases of ours within a part of a sentence, each by its French; what lies between them stays. */
const within =
  (phrases: readonly (readonly [RegExp, string])[]) =>
  (words = '') =>
    phrases.reduce((said, [phrase, french]) => said.replace(phrase, french), words)

const links: readonly (readonly [RegExp, string])[] = [
  [/ and /gu, ' et '],
  [/ or /gu, ' ou '],
]

/** What is lost: `the loss of the node, of the credential domain office or of the site`, `if the site is lost`. */
const loss = within([
  [/^the loss /u, 'la perte '],
  [/^if /u, 'si '],
  [/\bof the device\b/gu, 'de l’équipement'],
  [/\bof the node\b/gu, 'du nœud'],
  [/\bof the site\b/gu, 'du site'],
  [/\bof the credential domain /gu, 'du domaine d’identification '],
  [/\bof the zone /gu, 'de la zone '],
  [/\ba device fails\b/gu, 'un équipement tombe en panne'],
  [/\bthe site node is lost\b/gu, 'le nœud du site est perdu'],
  [/\bthe site is lost\b/gu, 'le site est perdu'],
  [/\bthe credential domain (.+?) is taken over/gu, 'le domaine d’identification $1 est compromis'],
  [/, or /gu, ' ou '],
  ...links,
])

/** What a place must be, and such a place. */
const place = within([
  [/\boff site \(offsite: true\)/gu, 'hors site (offsite: true)'],
  [/\boffline \(online: false\)/gu, 'hors ligne (online: false)'],
  [/\bon another medium than /gu, 'sur un autre support que '],
  [/\bon another machine than the node \(machine\)/gu, 'sur une autre machine que le nœud (machine)'],
  [/\bin another credential domain than (.+?) \(domain\)/gu, 'dans un autre domaine d’identification que $1 (domain)'],
  [/\ba disk of another machine/gu, 'un disque d’une autre machine'],
  [/\ba removable disk/gu, 'un disque amovible'],
  [/\ba tape/gu, 'une bande'],
  [/\bin another building/gu, 'dans un autre bâtiment'],
  [/\bthat is attached only while it is written/gu, 'branché seulement pendant l’écriture'],
  ...links,
])

/** Parts of a recovery with their times: `hardware plc 1h 45m, validate 20m`. */
const parts = (words = '') => words.split(', ').map(part).join(', ')

function part(words: string): string {
  if (words.startsWith('work after losing')) return frenchPart(words)
  return words.replace(/^(.+?)((?: \d+(?:ms|[dhms]))+)$/u, (_, what: string, time: string) => frenchPart(what) + time)
}

/** Why an MTDL cannot be kept. */
const why = within([
  [/^No place survives the loss (.+)$/gu, 'aucun emplacement ne survit à la perte $1'],
  [/\b[Tt]he quiet window of /gu, 'la fenêtre de silence de '],
  [/\b[Tt]he quiet window, which covers the whole week,/gu, 'la fenêtre de silence, qui couvre toute la semaine,'],
  [/\b[Tt]he capture, counted with /gu, 'la capture, comptée pour '],
  [/ \(assumed\)/gu, ' (supposé)'],
  [/\b[Tt]he lag of (.+?) of place /gu, 'le retard de $1 de l’emplacement '],
  [/ alone is longer than /gu, ' dépasse à elle seule '],
  [/ are each longer than /gu, ' dépassent chacun '],
  [/ together are longer than /gu, ' dépassent ensemble '],
  [/ leaves too little of (.+) to read again in time$/gu, ' laisse trop peu de $1 pour relire à temps'],
  [/ leave too little of (.+) to read again in time$/gu, ' laissent trop peu de $1 pour relire à temps'],
  [/\bthe MTDL of (.+?) of process /gu, 'la PDMA de $1 du procédé '],
  ...links,
])

/** What can be changed so that it is kept. */
const change = within([
  [/\badd a place under places that is /gu, 'ajoutez sous places un emplacement '],
  [/\badd a place under places/gu, 'ajoutez un emplacement sous places'],
  [/, with a lag of (.+) at most$/gu, ', dont le retard est de $1 au plus'],
  [/\bshorten, split or move /gu, 'raccourcissez, divisez ou déplacez '],
  [/\bremove quiet /gu, 'retirez quiet '],
  [/, so that no stretch is longer than (.+)$/gu, ', pour qu’aucune période ne dépasse $1'],
  [/\bquiet of asset /gu, 'quiet de l’équipement '],
  [/\bquiet of item /gu, 'quiet de l’élément '],
  [/\braise pace\.bandwidth of asset /gu, 'augmentez pace.bandwidth de l’équipement '],
  [/\braise pace\.bandwidth of zone /gu, 'augmentez pace.bandwidth de la zone '],
  [/\bshorten pace\.pause of asset /gu, 'raccourcissez pace.pause de l’équipement '],
  [/\bshorten pace\.pause of zone /gu, 'raccourcissez pace.pause de la zone '],
  [
    /\bleave out what need not be kept \(exclude of item (\S+)\)/gu,
    'écartez ce qui n’a pas à être gardé (exclude de l’élément $1)',
  ],
  [
    /, so that a capture takes (.+) at most; the longest took (.+)$/gu,
    ', pour qu’une capture dure $1 au plus ; la plus longue a duré $2',
  ],
  [/\bcopy there sooner/gu, 'copiez-y plus tôt'],
  [/\battach (\S+) more often/gu, 'branchez $1 plus souvent'],
  [/, so that lag of place (\S+) is (.+) at most$/gu, ', pour que lag de l’emplacement $1 soit de $2 au plus'],
  [/\bmake the capture of (\S+) shorter \(exclude, pace\)/gu, 'raccourcissez la capture de $1 (exclude, pace)'],
  [/\bbring lag of place (\S+) down/gu, 'réduisez lag de l’emplacement $1'],
  [/; or accept /gu, ' ; ou accept '],
  [/\baccept an mtdl of (.+?) for process /gu, 'acceptez une mtdl de $1 pour le procédé '],
])

/** The cure of what a verification found, after `; it names the damaged packs.` and the like. */
const read = (words = '') =>
  words
    .replace(/^Attach it, then read all of it: /u, 'Branchez-le, puis lisez-le en entier : ')
    .replace(/^Read all of it: /u, 'Lisez-le en entier : ')
    .replace(/; it names the damaged packs$/u, ' ; cela nomme les packs endommagés')
    .replace(/; then copy it there again from another place$/u, ' ; puis recopiez-le depuis un autre emplacement')

/** Sentence by sentence, what closes a finding; with the names of `site.yaml`, commands and times as they are. */
const sentences: readonly (readonly [RegExp, Say])[] = [
  // captures and versions
  [/^Capture it: (.+)$/u, command => `Capturez-le : ${command}`],
  [/^Look for it in another copy, then: (.+)\.$/u, command => `Cherchez-le dans une autre copie, puis : ${command}.`],
  [/^Else capture anew: (.+)$/u, command => `Sinon, capturez-le de nouveau : ${command}`],
  [
    /^Capture it \((.+)\), and see why the capture loop does not; where that time lies ahead, set the node's clock first\.$/u,
    command =>
      `Capturez-le (${command}), et voyez pourquoi cela ne se fait pas tout seul ; si cette heure est en avance, réglez d’abord l’horloge du nœud.`,
  ],
  [
    /^What would be left of it (.+) is older than the MTDL of (.+) of process (\S+) allows\.$/u,
    (lost, mtdl, process) =>
      `Ce qui en resterait ${loss(lost)} est plus ancien que ne le permet la PDMA de ${mtdl} du procédé ${process}.`,
  ],
  [
    /^Bring place (.+) up to date more often than that, and read it back there: (.+) tells what it lacks\.$/u,
    (places, command) =>
      `Mettez l’emplacement ${places} à jour plus souvent que cela, et relisez-le là : ${command} dit ce qui lui manque.`,
  ],
  [
    /^Find out who changed it, outside its change windows, and what: (.+)\.$/u,
    command => `Cherchez qui l’a modifié, hors de ses fenêtres de modification, et quoi : ${command}.`,
  ],
  [/^Look at it: (.+)\.$/u, command => `Regardez-le : ${command}.`],
  [
    /^Then approve it \((.+?)\) or roll back to the version that you choose \((.+)\)\.$/u,
    (approve, back) => `Puis approuvez-le (${approve}) ou revenez à la version de votre choix (${back}).`,
  ],
  [
    /^Then approve it \((.+?)\) or roll back \((.+)\)\.$/u,
    (approve, back) => `Puis approuvez-le (${approve}) ou revenez en arrière (${back}).`,
  ],
  [
    /^It has changed, and nobody has said which version is right\.$/u,
    () => 'Il a changé, et personne n’a dit quelle version est la bonne.',
  ],
  [
    /^Look at what changed \((.+?)\), then approve it: (.+)$/u,
    (look, approve) => `Voyez ce qui a changé (${look}), puis approuvez-le : ${approve}`,
  ],
  [/^When an engineer has checked it: (.+)$/u, command => `Quand un automaticien l’a contrôlé : ${command}`],
  // rehearsals
  [/^Rehearse it: (.+); it says what failed\.$/u, command => `Exercez-le : ${command} ; vous y lirez ce qui a échoué.`],
  [/^Rehearse it: (.+)$/u, command => `Exercez-le : ${command}`],
  [
    /^Where the copy is damaged, capture it anew first: (.+)$/u,
    command => `Si la copie est endommagée, capturez-le d’abord de nouveau : ${command}`,
  ],
  [
    /^Walk through the recovery with the people on call, watch in hand \((.+)\), and correct the steps under recovery in site\.yaml by what you measured\.$/u,
    plan =>
      `Parcourez la reprise avec les personnes d’astreinte, montre en main (${plan}), et corrigez les étapes sous recovery dans site.yaml d’après ce que vous avez mesuré.`,
  ],
  [
    /^This version cannot record a rehearsal yet: until then bear it: (.+)$/u,
    command => `Cette version ne sait pas encore consigner un exercice : d’ici là, acceptez-le : ${command}`,
  ],
  [
    /^Add what is to be backed up of it under items in site\.yaml\.$/u,
    () => 'Ajoutez sous items, dans site.yaml, ce qui est à sauvegarder de cet équipement.',
  ],
  // what the plant can bear, and the schedule that follows
  [
    /^No process needs (\S+): add it to needs of a process in site\.yaml that stands still without it; its MTDL follows from that\.$/u,
    subject =>
      `Aucun procédé n’a besoin de ${subject} : ajoutez-le aux needs d’un procédé de site.yaml qui s’arrête sans lui ; sa PDMA en découle.`,
  ],
  [
    /^Until then it is captured at every, else hourly\.$/u,
    () => 'D’ici là, il est capturé selon every, sinon toutes les heures.',
  ],
  [
    /^It cannot be back within the MTD of (.+)\.$/u,
    mtd => `Il ne peut pas être de retour dans les limites de la MTD de ${mtd}.`,
  ],
  [
    /^Shorten what takes longest: (.+), (\S[^,]*)\.$/u,
    (what = '', time) => `Raccourcissez ce qui dure le plus : ${frenchPart(what)}, ${time}.`,
  ],
  [
    /^Else find out whether the plant can bear (.+), or which scenarios are in its scope\.$/u,
    time => `Sinon, demandez si l’usine peut supporter ${time}, ou quels scénarios sont dans son périmètre (scope).`,
  ],
  [
    /^It is back within the MTD, but not within the RTO of (.+)\.$/u,
    rto => `Il est de retour dans les limites de la MTD, mais pas dans celles du RTO de ${rto}.`,
  ],
  [/^What takes longest: (.+)\.$/u, what => `Ce qui dure le plus : ${parts(what)}.`],
  [
    /^Set every of item (\S+) to (.+) at most \(the MTDL of process (\S+) is (.+)\), or remove it: the interval then follows from the MTDL\.$/u,
    (item, most, process, mtdl) =>
      `Mettez every de l’élément ${item} à ${most} au plus (la PDMA du procédé ${process} est de ${mtdl}), ou retirez-le : l’intervalle découle alors de la PDMA.`,
  ],
  [
    /^every of item (\S+) is longer than the MTDL of (.+) of process (\S+): shorten it, or remove it, and see the finding mtdl-infeasible\.$/u,
    (item, mtdl, process) =>
      `every de l’élément ${item} dépasse la PDMA de ${mtdl} du procédé ${process} : raccourcissez-le, ou retirez-le, et voyez le constat mtdl-infeasible.`,
  ],
  [
    /^State lag of place (\S+) in site\.yaml: how long at most until a new version is verified there, such as (15m for a copy that follows every capture|7d for one attached every week)\.$/u,
    (id, such = '') =>
      `Indiquez lag de l’emplacement ${id} dans site.yaml : combien de temps au plus avant qu’une nouvelle version y soit vérifiée, par exemple ${such.startsWith('15m') ? '15m pour une copie qui suit chaque capture' : '7d pour un emplacement branché chaque semaine'}.`,
  ],
  [
    /^State lag of place (.+): until then nobody knows what (.+) would cost\.$/u,
    (ids, lost) => `Indiquez lag de l’emplacement ${ids} : d’ici là, personne ne sait ce que coûterait ${loss(lost)}.`,
  ],
  [
    /^State lag of place (.+), how long until a new version is verified there: the MTDL of (.+) of process (\S+) holds through (.+) where it is at most (.+)\.$/u,
    (ids, mtdl, process, lost, most) =>
      `Indiquez lag de l’emplacement ${ids}, le temps avant qu’une nouvelle version y soit vérifiée : la PDMA de ${mtdl} du procédé ${process} tient malgré ${loss(lost)} s’il est de ${most} au plus.`,
  ],
  [
    /^((?:No place survives|The (?:quiet window|capture|lag))\b[^:]+): (.+)\.$/u,
    (reason, what) => `${capital(loss(why(reason)))} : ${place(change(what))}.`,
  ],
  // copies
  [/^No place holds it\.$/u, () => 'Aucun emplacement ne le contient.'],
  [
    /^What lies in (.+) was never read back, or was found damaged since: nobody knows whether it can be restored\.$/u,
    places =>
      `Ce que contient ${places} n’a jamais été relu, ou a été trouvé endommagé depuis : personne ne sait si cela peut être restauré.`,
  ],
  [/^Read it: (.+)$/u, command => `Relisez-le : ${command}`],
  [
    /^Place (\S+) had errors when it was last verified: until a verification ends without one \((.+)\), copies there do not count\.$/u,
    (id, command) =>
      `L’emplacement ${id} avait des erreurs à sa dernière vérification : tant qu’aucune ne se termine sans erreur (${command}), les copies qui s’y trouvent ne comptent pas.`,
  ],
  [
    /^Verify what lies in place (\S+): (.+)$/u,
    (id, command) => `Vérifiez ce que contient l’emplacement ${id} : ${command}`,
  ],
  [
    /^Copy the repository to place (\S+) and read it back there: (.+) tells how\.$/u,
    (id, command) => `Copiez le dépôt vers l’emplacement ${id} et relisez-le là : ${command} dit comment.`,
  ],
  [/^Place (\S+) is the only one of the site\.$/u, id => `L’emplacement ${id} est le seul du site.`],
  [
    /^Add one place to site\.yaml(?: that is (.+?))?: ([^:]+)\.$/u,
    (needs, example) =>
      `Ajoutez un emplacement à site.yaml${needs === undefined ? '' : `, ${place(needs)}`} : ${place(example)}.`,
  ],
  [
    /^Then (one more, on a machine of its own|(\d+) more, each on a machine of its own)(?: and a medium other than (\S+))?\.$/u,
    (_, count, medium) =>
      `Puis ${count === undefined ? 'un autre, sur une machine à lui' : `${count} autres, chacun sur une machine à lui`}${medium === undefined ? '' : ` et sur un autre support que ${medium}`}.`,
  ],
  [
    /^Places (.+) share their location and their credential domain: whoever takes one takes all\.$/u,
    places =>
      `Les emplacements ${places} partagent leur lieu et leur domaine d’identification : qui en prend un les prend tous.`,
  ],
  [/^Nothing would be left after (the loss .+)\.$/u, lost => `Rien ne resterait après ${loss(lost)}.`],
  [/^Add a place to site\.yaml (.+)\.$/u, needs => `Ajoutez à site.yaml un emplacement ${place(needs)}.`],
  [/^((?:Attach it, then r|R)ead all of it: .+)\.$/u, words => `${read(words)}.`],
  [
    /^What it holds is to be read whole every (\d+) days\.$/u,
    days => `Ce qu’il contient est à lire en entier tous les ${days} jours.`,
  ],
  [/^((?:Attach it, then r|R)ead all of it: .+)$/u, words => read(words)],
  [/^Something in place (\S+) is damaged\.$/u, id => `Quelque chose est endommagé dans l’emplacement ${id}.`],
  [/^See its disk first\.$/u, () => 'Voyez d’abord son disque.'],
  [/^Take them out, and keep their files: (.+)\.$/u, command => `Retirez-les, et gardez leurs fichiers : ${command}.`],
  [
    /^Then capture anew what they held: (.+)$/u,
    command => `Puis capturez de nouveau ce qu’ils contenaient : ${command}`,
  ],
  // criticality
  [
    /^Write its failure modes under failureModes in site\.yaml, each with its severity: (?:start from (.+)|say in your own words how it fails)\.$/u,
    start =>
      `Décrivez ses modes de défaillance sous failureModes dans site.yaml, chacun avec sa gravité : ${start === undefined ? 'dites avec vos mots comment il tombe en panne' : `partez de ${start}`}.`,
  ],
  [/^Until then it is treated as medium\.$/u, () => 'D’ici là, sa criticité est traitée comme moyenne.'],
  [
    /^Write (life: \{.+\}) to asset (\S+) of site\.yaml, with its own figures: how likely it fails cannot be told without\.$/u,
    (life, asset) =>
      `Écrivez ${life} à l’équipement ${asset} de site.yaml, avec ses propres chiffres : sans eux, on ne peut dire s’il risque de tomber en panne.`,
  ],
  [
    /^Plan its replacement, and keep a spare and what brings it back at hand until then; where the maker vouches for longer, correct life\.years of asset (\S+)\.$/u,
    asset =>
      `Prévoyez son remplacement, et gardez d’ici là sous la main un rechange et ce qui le remet en service ; si le fabricant garantit plus longtemps, corrigez life.years de l’équipement ${asset}.`,
  ],
  [
    /^(Keep room for it on another host of the site|Put a spare on site that was tried with its backup), and write (spare: \{.+\}) to asset (\S+) of site\.yaml\.$/u,
    (what = '', spare, asset) =>
      `${what.startsWith('Keep') ? 'Gardez-lui de la place sur un autre hôte du site' : 'Placez sur le site un rechange essayé avec sa sauvegarde'}, et écrivez ${spare} à l’équipement ${asset} de site.yaml.`,
  ],
  [
    /^Find out what opened (.+): captures of (\S+) have no need of it\.$/u,
    (connections, asset) => `Cherchez ce qui a ouvert ${connections} : les captures de ${asset} n’en ont pas besoin.`,
  ],
  [
    /^If the device has moved, correct its address in site\.yaml; otherwise close it in the firewall, and report it as a mistake of Blackstart\.$/u,
    () =>
      'Si l’équipement a déménagé, corrigez son adresse dans site.yaml ; sinon fermez-la dans le pare-feu, et signalez-la comme une erreur de Blackstart.',
  ],
]

/** What closes a finding, in French; null where a sentence of it is not known. */
export function frenchRemedy(remedy: string): string | null {
  const [, one = remedy, likewise] = /^(.*) \(and likewise for (\d+) more\)$/su.exec(remedy) ?? []
  const said = one.split(/(?<=\.) (?=\p{Lu}|every of)/u).map(frenchSentence)
  if (said.some(sentence => sentence === null)) return null
  return `${said.join(' ')}${likewise === undefined ? '' : ` (et de même pour ${likewise} de plus)`}`
}

function frenchSentence(sentence: string): string | null {
  for (const [pattern, say] of sentences) {
    const found = pattern.exec(sentence)
    if (found !== null) return say(...found.slice(1))
  }
  return null
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

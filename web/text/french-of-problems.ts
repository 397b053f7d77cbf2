import { type Phrases, type Template, templates } from './french-template.ts'

/** What is wrong in `site.yaml` (src/site, options of connectors and channels). The first that fits is taken: what fits others too is last. */
export const problemTemplates: readonly Template[] = [
  // the file as a whole
  ['the file is empty', 'le fichier est vide'],
  ['the file is too large ({} MiB)', 'le fichier est trop grand ({} Mio)'],
  ['the file is UTF-16', 'le fichier est en UTF-16'],
  ['the file is binary', 'le fichier est binaire'],
  ['the file is not valid UTF-8 here', 'le fichier n’est pas de l’UTF-8 valide ici'],
  ['the file holds too much', 'le fichier contient trop de choses'],
  ['{} further problems from here on', 'encore {} problèmes à partir d’ici'],
  // YAML
  ['a line ends with CR alone', 'une ligne finit par CR seul'],
  ['the control character 0x{} is in the text', 'le texte contient le caractère de contrôle 0x{}'],
  ['a tab indents the line', 'une tabulation met la ligne en retrait'],
  ['a second YAML document begins', 'un second document YAML commence'],
  ['nested too deeply', 'trop de niveaux imbriqués'],
  ['a YAML directive', 'une directive YAML'],
  ['a YAML tag that has no meaning here', 'une étiquette YAML qui n’a pas de sens ici'],
  ['"{}" is given a second time', '« {} » est donné une seconde fois'],
  ['"__proto__" cannot be a key', '« __proto__ » ne peut pas être une clé'],
  ['a key is a list, a mapping or an alias', 'une clé est une liste, un bloc de clés ou un alias'],
  ['there is no anchor "{}" before this alias', 'il n’y a pas d’ancre « {} » avant cet alias'],
  ['"{}" stands inside what it repeats', '« {} » se trouve dans ce qu’il répète'],
  ['aliases repeat too much', 'les alias répètent trop de choses'],
  // keys and values
  ['unknown key "{}"', 'clé inconnue « {} »'],
  ['"{}" is missing', '« {} » manque'],
  ['nothing is given', 'rien n’est indiqué'],
  ['no severity is given', 'aucune gravité n’est indiquée'],
  ['a list is not allowed', 'une liste n’est pas permise'],
  ['an empty list is not allowed', 'une liste vide n’est pas permise'],
  ['a mapping is not allowed', 'un bloc de clés n’est pas permis'],
  ['the value is not allowed', 'cette valeur n’est pas permise'],
  ['"" is not allowed', 'un texte vide n’est pas permis'],
  ['"{}" is not allowed', '« {} » n’est pas permis'],
  ['"node" is the id of the site node itself', '« node » est l’identifiant du nœud de site lui-même'],
  ['"{}" {fault}', '« {} » {}'],
  ['must not hold control characters', 'ne doit pas contenir de caractères de contrôle'],
  ['must be a file name without folders', 'doit être un nom de fichier sans dossiers'],
  ['a path without `..`', 'doit être un chemin sans `..`'],
  ['paths of which none lies in another', 'doivent être des chemins dont aucun n’est dans un autre'],
  ['each file once', 'chaque fichier une seule fois'],
  ['a regular expression, as JavaScript writes it', 'doit être une expression régulière, telle que JavaScript l’écrit'],
  ['`define` and `model: custom` belong together', '`define` et `model: custom` vont ensemble'],
  // what refers to something else
  ['there is no connector "{}"', 'il n’y a pas de connecteur « {} »'],
  ['there is no kind of channel "{}"', 'il n’y a pas de type de canal « {} »'],
  [
    '"{}" is not an asset, an item or a process of this site',
    '« {} » n’est ni un équipement, ni un élément, ni un procédé de ce site',
  ],
  ['the secret "{}" is not set', 'le secret « {} » n’est pas défini'],
  ['"{}" is not {entry} of this site', '« {} » n’est pas {} de ce site'],
  ['the id "{}" is taken by {} in line {}', 'l’identifiant « {} » est déjà pris par {}, ligne {}'],
  [
    'the failure mode "{}" of "{}" stands in line {} already',
    'le mode de défaillance « {} » de « {} » figure déjà à la ligne {}',
  ],
  ['"{}" stands in line {} already', '« {} » figure déjà à la ligne {}'],
  ['"{}" needs itself', '« {} » dépend de lui-même (needs)'],
  ['needs go in a circle: {}', 'les needs tournent en rond : {}'],
  // times
  [
    'mtd {} is shorter than {steps}, which take {} whatever is restored',
    'mtd {} est plus court que {}, qui prennent {} quoi qu’on restaure',
  ],
  [
    'the quiet windows cover the whole week: no capture will ever run by itself',
    'les plages quiet couvrent toute la semaine : aucune capture ne se fera jamais d’elle-même',
  ],
  ['{} {} is longer than {} {}', '{} {} est plus long que {} {}'],
  // triggers and channels
  ['"{}" would listen on every interface', '« {} » écouterait sur toutes les interfaces'],
  [
    'everyInterface is set, but "{}" is one interface',
    'everyInterface est indiqué, mais « {} » est une seule interface',
  ],
  [
    'the journal cannot go through "{}", whose kind is {}',
    'le journal ne peut pas passer par « {} », dont le type est {}',
  ],
  ['credentials stand in the address', 'l’adresse contient un nom d’utilisateur ou un mot de passe'],
  ['what is sent there would cross the network in clear text', 'ce qui y est envoyé traverserait le réseau en clair'],
  ['a password would cross the network in clear text', 'un mot de passe traverserait le réseau en clair'],
  ['"{}" has no use with transport {}', '« {} » ne sert à rien avec transport {}'],
  [
    'the certificate of this node and the secret that holds its key belong together',
    'le certificat de ce nœud et le secret qui contient sa clé vont ensemble',
  ],
  ['a user is given, and no secret', 'un utilisateur est indiqué, mais pas de secret'],
  ['a secret is given, and no user', 'un secret est indiqué, mais pas d’utilisateur'],
  ['{} is not allowed', '{} n’est pas permis'],
]

/** What is allowed instead. */
export const allowedTemplates: readonly Template[] = [
  // kinds of values
  ['text', 'du texte'],
  ['spaces', 'des espaces'],
  ['a number', 'un nombre'],
  ['a whole number', 'un nombre entier'],
  ['true or false', 'true ou false'],
  ['a list', 'une liste'],
  ['a mapping', 'un bloc de clés'],
  ['at least 1 characters', 'au moins 1 caractère'],
  ['at least 1 entries', 'au moins 1 entrée'],
  ['at least {}, or shorter steps', 'au moins {}, ou des étapes plus courtes'],
  ['{bound} {} characters', '{} {} caractères'],
  ['{bound} {} entries', '{} {} entrées'],
  ['at most {} MiB', 'au plus {} Mio'],
  ['at most {} levels', 'au plus {} niveaux'],
  ['{bound} {}', '{} {}'],
  ['must match pattern {}', 'un texte qui correspond au motif {}'],
  ['key in record', 'une autre clé'],
  // YAML
  ['UTF-8: save it again with that encoding', 'UTF-8 : enregistrez-le de nouveau dans cet encodage'],
  ['a YAML text in UTF-8', 'un texte YAML en UTF-8'],
  ['lines that end with LF or CR LF', 'des lignes qui finissent par LF ou CR LF'],
  ['the description of a site; blackstart init writes one', 'la description d’un site ; blackstart init en écrit une'],
  ['one document', 'un seul document'],
  ['no line that begins with %', 'aucune ligne qui commence par %'],
  ['some ten thousand items', 'quelque dix mille éléments'],
  ['values without !tags', 'des valeurs sans !étiquettes'],
  [
    'the same indentation for all entries of a mapping or list',
    'le même retrait pour toutes les entrées d’un bloc de clés ou d’une liste',
  ],
  ['key: value, with every bracket and quote closed', 'clé: valeur, chaque crochet et guillemet étant fermé'],
  ['each key once', 'chaque clé une seule fois'],
  ['keys that are plain words', 'des clés qui sont de simples mots'],
  ['an anchor that stands before it', 'une ancre qui se trouve avant lui'],
  ['an anchor that ends before its alias', 'une ancre qui finit avant son alias'],
  ['aliases that add at most {} values', 'des alias qui ajoutent au plus {} valeurs'],
  [
    'no credentials here: blackstart secrets set keeps them',
    'pas de mots de passe ni de clés ici : blackstart secrets set les garde',
  ],
  // texts, numbers and times
  [
    'an id of up to 63 small letters, digits, dots, hyphens and underscores that begins with a letter or a digit',
    'un identifiant d’au plus 63 minuscules, chiffres, points, tirets et tirets bas, qui commence par une lettre ou un chiffre',
  ],
  ['any other id', 'tout autre identifiant'],
  ['an id that is not used yet', 'un identifiant encore libre'],
  ['a secret that is set: blackstart secrets set', 'un secret qui est défini : blackstart secrets set'],
  ['text on one line, of up to 200 characters', 'un texte sur une ligne, d’au plus 200 caractères'],
  ['text of up to 10,000 characters', 'un texte d’au plus 10 000 caractères'],
  ['a host name or an IP address, without protocol or port', 'un nom d’hôte ou une adresse IP, sans protocole ni port'],
  ['{duration}, at most {}d', '{}, au plus {}d'],
  ['a duration such as 1m, or never', 'une durée telle que 1m, ou never'],
  ['a duration such as 1h, or a mapping such as { {} }', 'une durée telle que 1h, ou un bloc de clés tel que { {} }'],
  ['{duration}', '{}'],
  ['a rate such as 200 kB/s, in {}', 'un débit tel que 200 kB/s, en {}'],
  ['{window}', '{}'],
  ['{date}', '{}'],
  ['a list of windows, each {window}', 'une liste de plages, chacune : {}'],
  ['a list of dates, each {date}', 'une liste de dates, chacune : {}'],
  ['an IANA time zone such as Europe/Paris or UTC', 'un fuseau horaire IANA tel que Europe/Paris ou UTC'],
  ['a whole number of 0 or more', 'un nombre entier d’au moins 0'],
  ['a whole number from 1 (none) to 5', 'un nombre entier de 1 (aucun) à 5'],
  ['a whole number from {} to {}', 'un nombre entier de {} à {}'],
  ['a number of years, from {} to {}', 'un nombre d’années, de {} à {}'],
  ['a number of bytes from {} to {}', 'un nombre d’octets de {} à {}'],
  ['a port from {} to {}', 'un port de {} à {}'],
  ['a currency of three capital letters such as EUR', 'une monnaie en trois lettres majuscules telle que EUR'],
  ['an amount of money of 0 or more, without its currency', 'un montant d’au moins 0, sans sa monnaie'],
  ['a glob pattern such as "{}", relative to the item', 'un motif glob tel que "{}", relatif à l’élément'],
  ['a glob pattern such as "{}", relative to the folder', 'un motif glob tel que "{}", relatif au dossier'],
  ['a folder; relative to the site folder', 'un dossier ; relatif au dossier du site'],
  ['a file in PEM; relative to the site folder', 'un fichier en PEM ; relatif au dossier du site'],
  [
    'a file name of letters, digits, `.`, `-` and `_`',
    'un nom de fichier fait de lettres, de chiffres, de `.`, de `-` et de `_`',
  ],
  ['the form `SHA256:…` that ssh-keygen -lf prints', 'la forme `SHA256:…` qu’affiche ssh-keygen -lf'],
  // zones, processes, assets, places
  ['the id of an asset, an item or a process', 'l’identifiant d’un équipement, d’un élément ou d’un procédé'],
  ['the id of {entry}', 'l’identifiant d’{}'],
  ['{network}', '{}'],
  ['a list such as [10.1.3.0/24], each {network}', 'une liste telle que [10.1.3.0/24], chacun étant {}'],
  ['each network and each host in one zone, once', 'chaque réseau et chaque hôte dans une seule zone, une fois'],
  ['a Purdue level: {} or {}', 'un niveau Purdue : {} ou {}'],
  ['a list of host names and IP addresses', 'une liste de noms d’hôtes et d’adresses IP'],
  ['a list of {entries}', 'une liste {}'],
  ['a list of at least one protocol such as [ftp]', 'une liste d’au moins un protocole telle que [ftp]'],
  ['a list of protocols such as [{}]', 'une liste de protocoles telle que [{}]'],
  ['a list of at least one zone', 'une liste d’au moins une zone'],
  ['a list of at least one place', 'une liste d’au moins un emplacement'],
  ['a list of at least one id of a channel', 'une liste d’au moins un identifiant de canal'],
  ['a list of at least one id of a zone', 'une liste d’au moins un identifiant de zone'],
  ['a list of at least one of {} or {}', 'une liste d’au moins un élément parmi {} ou {}'],
  ['a list of glob patterns such as [{}]', 'une liste de motifs glob telle que [{}]'],
  [
    '{} or {} (configuration: only changes can be lost; history: every moment counts)',
    '{} ou {} (configuration : seules des modifications peuvent être perdues ; history : chaque instant compte)',
  ],
  ['node, where it runs on the machine of the site node', 'node, là où il tourne sur la machine du nœud de site'],
  ['each failure mode of an asset once', 'chaque mode de défaillance d’un équipement une seule fois'],
  ['needs that end somewhere', 'des needs qui finissent quelque part'],
  ['some time in which captures may run', 'du temps pendant lequel des captures sont permises'],
  ['the kind of a connector', 'le type d’un connecteur'],
  ['the kind of a channel', 'le type d’un canal'],
  ['a channel of the kind {} or {}', 'un canal du type {} ou {}'],
  ['a channel of the kind {}', 'un canal du type {}'],
  ['a mapping of the options of the connector', 'un bloc de clés : les options du connecteur'],
  ['a mapping of the options of the channel', 'un bloc de clés : les options du canal'],
  ['a mapping of scores from 1 to 5, such as { {} }', 'un bloc de clés avec des notes de 1 à 5, tel que { {} }'],
  [
    'a mapping with site, zones, conduits, node, processes, assets, failureModes, triggers, places, keep and notify',
    'un bloc de clés avec site, zones, conduits, node, processes, assets, failureModes, triggers, places, keep et notify',
  ],
  ['a mapping with channels, rules, keep and journal', 'un bloc de clés avec channels, rules, keep et journal'],
  ['a mapping such as { onSite: {} } or { onSite: {} }', 'un bloc de clés tel que { onSite: {} } ou { onSite: {} }'],
  ['a mapping such as { {} }', 'un bloc de clés tel que { {} }'],
  ['{example} such as { {} }', '{} que { {} }'],
  // triggers
  [
    'the IP address of one interface of this machine, such as 10.1.3.2',
    'l’adresse IP d’une interface de cette machine, telle que 10.1.3.2',
  ],
  [
    'the IP address of one interface, or everyInterface: true beside it, where it really is to listen on all of them',
    'l’adresse IP d’une interface, ou everyInterface: true à côté, s’il doit vraiment écouter sur toutes',
  ],
  [
    'the name of a secret; blackstart secrets set NAME keeps it',
    'le nom d’un secret ; blackstart secrets set NOM le garde',
  ],
  [
    'the name of a secret, which blackstart secrets set NAME keeps',
    'le nom d’un secret, que blackstart secrets set NOM garde',
  ],
  [
    'a list such as [{}], of texts in which * stands for anything',
    'une liste telle que [{}], de textes dans lesquels * remplace n’importe quoi',
  ],
  ['{oid}', '{}'],
  ['a list of {oid}', 'une liste dont chaque entrée est {}'],
  ['1 or 2c; both, where it is left out', '1 ou 2c ; les deux, s’il est omis'],
  ['a list such as [{}], of {of}', 'une liste telle que [{}], {}'],
  // channels and rules
  ['at-once, or a mapping such as { {} }', 'at-once, ou un bloc de clés tel que { {} }'],
  [
    'days and a time such as daily 06:00 or mon-fri 14:00, or a list of them',
    'des jours et une heure tels que daily 06:00 ou mon-fri 14:00, ou une liste de ceux-ci',
  ],
  [
    'an address such as https://10.1.3.40/hooks/blackstart; http:// only to this machine, or with plain: true',
    'une adresse telle que https://10.1.3.40/hooks/blackstart ; http:// seulement vers cette machine, ou avec plain: true',
  ],
  ['an address without them', 'une adresse qui n’en contient pas'],
  ['an address such as shift@plant.example, without a name', 'une adresse telle que shift@plant.example, sans nom'],
  [
    'a list of one to 100 addresses such as [shift@plant.example]',
    'une liste de 1 à 100 adresses telle que [shift@plant.example]',
  ],
  ['a user name of up to 256 characters', 'un nom d’utilisateur d’au plus 256 caractères'],
  ['starttls or tls, or no user and secret', 'starttls ou tls, ou ni user ni secret'],
  ['very high, high, medium or low', 'very high, high, medium ou low'],
  ['both, or neither', 'les deux, ou aucun'],
  ['{}, or local0 to local7', '{}, ou local0 à local7'],
]

export const problemPhrases: Phrases = {
  fault: [
    ['is negative', 'est négatif'],
    [
      'counts months or years, which have no exact length',
      'compte des mois ou des années, qui n’ont pas de longueur exacte',
    ],
    ['is zero', 'est nul'],
    ['has no unit', 'n’a pas d’unité'],
    ['is not a duration', 'n’est pas une durée'],
    ['is longer than a hundred years', 'dépasse cent ans'],
    ['is too long', 'est trop long'],
    ['is not an address', 'n’est pas une adresse'],
    ['is not an IP address', 'n’est pas une adresse IP'],
    ['is not a rate', 'n’est pas un débit'],
    ['is not a window', 'n’est pas une plage'],
    ['is not a time zone', 'n’est pas un fuseau horaire'],
    ['is not a date', 'n’est pas une date'],
    ['is not a time for digests', 'n’est pas une heure pour des résumés'],
    ['is neither a network nor a host', 'n’est ni un réseau ni un hôte'],
    ['is neither a duration nor never', 'n’est ni une durée ni never'],
  ],
  entry: [
    ['a zone', 'une zone'],
    ['an asset', 'un équipement'],
    ['an item', 'un élément'],
    ['an item (asset/item)', 'un élément (équipement/élément)'],
    ['a channel', 'un canal'],
  ],
  entries: [
    ['zones', 'de zones'],
    ['conduits', 'de conduits'],
    ['processes', 'de procédés'],
    ['assets', 'd’équipements'],
    ['items', 'd’éléments'],
    ['failure modes', 'de modes de défaillance'],
    ['triggers', 'de déclencheurs'],
    ['places', 'd’emplacements'],
    ['channels', 'de canaux'],
    ['rules', 'de règles'],
    ['ids of zones', 'd’identifiants de zones'],
    ['ids of channels', 'd’identifiants de canaux'],
  ],
  of: [
    ['ids of assets', 'd’identifiants d’équipements'],
    ['ids of items (asset/item)', 'd’identifiants d’éléments (équipement/élément)'],
    [
      'ids of assets, items (asset/item) and processes',
      'd’identifiants d’équipements, d’éléments (équipement/élément) et de procédés',
    ],
    ['{} or {}', 'parmi {} ou {}'],
  ],
  example: [
    ['a zone', 'une zone telle'],
    ['a conduit', 'un conduit tel'],
    ['a process', 'un procédé tel'],
    ['an item', 'un élément tel'],
    ['an asset', 'un équipement tel'],
    ['a failure mode', 'un mode de défaillance tel'],
    ['a place', 'un emplacement tel'],
    ['a rule', 'une règle telle'],
    ['a channel', 'un canal tel'],
  ],
  steps: [
    ['the steps under recovery', 'les étapes sous recovery'],
    ['the steps under recovery and afterLoss.fixed', 'les étapes sous recovery et afterLoss.fixed'],
  ],
  bound: [
    ['more than', 'plus de'],
    ['at least', 'au moins'],
    ['less than', 'moins de'],
    ['at most', 'au plus'],
  ],
  duration: [
    [
      'a duration such as 90s, 15m, 4h, 7d or 2w, or ISO 8601 without months and years, such as PT1H30M',
      'une durée telle que 90s, 15m, 4h, 7d ou 2w, ou en ISO 8601 sans mois ni années, telle que PT1H30M',
    ],
  ],
  window: [
    [
      'days and times such as mon-fri 06:00-22:00, daily 12:00-13:00, sat,sun 00:00-24:00 or 22:00-06:00 (over midnight)',
      'des jours et des heures tels que mon-fri 06:00-22:00, daily 12:00-13:00, sat,sun 00:00-24:00 ou 22:00-06:00 (au-delà de minuit)',
    ],
  ],
  date: [['a date such as 2016-05-30 or 2016-05', 'une date telle que 2016-05-30 ou 2016-05']],
  network: [
    [
      'a network such as 10.1.3.0/24, an IP address, or a host name',
      'un réseau tel que 10.1.3.0/24, une adresse IP ou un nom d’hôte',
    ],
  ],
  oid: [
    [
      'an object identifier such as 1.3.6.1.4.1.9.9.43.2.0.1',
      'un identifiant d’objet tel que 1.3.6.1.4.1.9.9.43.2.0.1',
    ],
  ],
}

const ofProblems = templates(problemTemplates, problemPhrases)
const ofAllowed = templates(allowedTemplates, problemPhrases)

/** What is wrong in `site.yaml`, in French; what the YAML parser says, and whatever else is not known, as it came. */
export function frenchProblem(message: string): string {
  // some say at once what is allowed
  return ofProblems(message) ?? ofAllowed(message) ?? message
}

/** What is allowed there instead. */
export function frenchAllowed(allowed: string): string {
  const [, near, rest = ''] = /^did you mean (.+?)\?(?: allowed: (.+))?$/su.exec(allowed) ?? []
  if (near !== undefined) {
    const meant = `vouliez-vous dire ${near.replace(/^"(.*)"$/su, '« $1 »')} ?`
    return rest === '' ? meant : `${meant} Permis : ${frenchAllowed(rest)}`
  }
  // `a, b or c`, of values and keys
  if (/^[^\s,]+(?:, [^\s,]+)* or [^\s,]+$/u.test(allowed)) return allowed.replace(/ or (?=\S+$)/u, ' ou ')
  return ofAllowed(allowed) ?? allowed
}

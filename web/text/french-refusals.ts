import { type Template, templates } from './french-template.ts'

/** Of the API itself, and of what guards it. */
const ofApi: readonly Template[] = [
  [
    '{} waits to write {} to {}: nothing else is written to that device before it has ended, or was stopped.',
    '{} attend d’écrire {} sur {} : rien d’autre n’est écrit sur cet équipement avant que cela soit terminé ou arrêté.',
  ],
  [
    '{} is writing {} to {}: nothing else is written to that device before it has ended.',
    '{} écrit {} sur {} : rien d’autre n’est écrit sur cet équipement avant que cela soit terminé.',
  ],
  ['There is no question {} about {}. Questions: {}.', 'Il n’y a pas de question {} sur {}. Questions : {}.'],
  [
    'The site file on the disk has errors and is not in force. Mend it first, in the settings: what is in it would be lost.',
    'Le fichier du site sur le disque a des erreurs et n’est pas en vigueur. Corrigez-le d’abord, dans les réglages : ce qu’il contient serait perdu.',
  ],
  ['"{}" is not a kind of asset. There are {}.', '« {} » n’est pas un genre d’équipement. Il y a {}.'],
  [
    'A verification goes on already: wait until it has ended, or stop it.',
    'Une vérification est déjà en cours : attendez sa fin, ou arrêtez-la.',
  ],
  [
    'The journal is being verified already: wait until that has ended.',
    'Le journal est déjà en cours de vérification : attendez qu’elle soit terminée.',
  ],
  [
    'There is no such verification; the node forgets them when it stops.',
    'Il n’y a pas de telle vérification ; le nœud les oublie quand il s’arrête.',
  ],
  [
    'It was agreed that what the device holds is captured first. Ask for approval of a write without that.',
    'Il a été convenu que ce que contient l’équipement est capturé d’abord. Demandez l’accord pour une écriture sans cela.',
  ],
  [
    'Sign in first: nobody is signed in, or the session is over.',
    'Connectez-vous d’abord : personne n’est connecté, ou la session est terminée.',
  ],
  [
    'Somebody else chose your password: change it first. Until then nothing else can be done.',
    'Quelqu’un d’autre a choisi votre mot de passe : changez-le d’abord. Jusque-là, rien d’autre n’est possible.',
  ],
  [
    '{} may not do this: it takes the right "{}" in the whole site.',
    '{} n’a pas le droit de faire cela : il y faut le droit « {} » sur tout le site.',
  ],
  [
    '{} may not do this: it takes the right "{}" there.',
    '{} n’a pas le droit de faire cela : il y faut le droit « {} ».',
  ],
  [
    'The node is not served under this name. Name it in site.yaml, or use its address.',
    'Le nœud n’est pas servi sous ce nom. Nommez-le dans site.yaml, ou utilisez son adresse.',
  ],
  [
    'This request did not come from a page of this node. Load the page again.',
    'Cette demande ne vient pas d’une page de ce nœud. Rechargez la page.',
  ],
  [
    'The JSON of the request is too deep, or holds too much.',
    'Le JSON de la demande est trop profond, ou contient trop.',
  ],
  ['The body of the request is no JSON that is taken here.', 'Le corps de la demande n’est pas du JSON accepté ici.'],
  ['This is done by a person, not by a token.', 'Cela est fait par une personne, pas par un jeton.'],
  [
    'Show first who you are: type your password, or use your passkey.',
    'Confirmez d’abord votre identité : tapez votre mot de passe, ou utilisez votre clé d’accès.',
  ],
  [
    'Too many pages listen already. Close some, and load this one again.',
    'Trop de pages sont déjà à l’écoute. Fermez-en, puis rechargez celle-ci.',
  ],
  ['There is nothing at this address.', 'Il n’y a rien à cette adresse.'],
  [
    'Too many sign in right now. Try again in a moment.',
    'Trop de personnes se connectent en ce moment. Réessayez dans un instant.',
  ],
  ['There is no such hook, or its token is wrong.', 'Ce point d’appel n’existe pas, ou son jeton est faux.'],
  ['Type {} to confirm: nothing was written.', 'Tapez {} pour confirmer : rien n’a été écrit.'],
  [
    'Say why: this site asks a second person, who wants to know.',
    'Dites pourquoi : ce site demande une seconde personne, qui veut le savoir.',
  ],
  [
    'There is no such run; ended ones are in the history.',
    'Il n’y a pas de telle exécution ; celles qui sont terminées sont dans l’historique.',
  ],
  ['This is done by a person who is signed in.', 'Cela est fait par une personne connectée.'],
  [
    'This is more than a site file of thousands of assets holds: nothing was read of it.',
    'C’est plus qu’un fichier de site de milliers d’équipements : rien n’en a été lu.',
  ],
  [
    'Say in If-Match which text you have changed: its etag.',
    'Dites dans If-Match quel texte vous avez modifié : son etag.',
  ],
  [
    'The site file has changed since you opened it. Nothing was written: look at it again.',
    'Le fichier du site a changé depuis que vous l’avez ouvert. Rien n’a été écrit : regardez-le de nouveau.',
  ],
  [
    '{} has changed since you opened it. Nothing was written: look at what it holds now.',
    '{} a changé depuis que vous l’avez ouvert. Rien n’a été écrit : regardez ce qu’il contient maintenant.',
  ],
  [
    '{} has changed meanwhile. Nothing was written: do it again.',
    '{} a changé entre-temps. Rien n’a été écrit : recommencez.',
  ],
  ['The request is larger than what is taken here.', 'La demande est plus grande que ce qui est accepté ici.'],
  ['Send JSON: content-type application/json.', 'Envoyez du JSON : content-type application/json.'],
  ['The request is not as long as it says.', 'La demande n’a pas la longueur annoncée.'],
  ['The request has no JSON body.', 'La demande n’a pas de corps JSON.'],
  ['The address of the request cannot be read.', 'L’adresse de la demande est illisible.'],
  ['The node stops, or the request was given up.', 'Le nœud s’arrête, ou la demande a été abandonnée.'],
  [
    'Something went wrong in the node itself; its log says what. Please report it.',
    'Une erreur est survenue dans le nœud lui-même ; son journal dit laquelle. Merci de la signaler.',
  ],
]

/** About accounts, sign-ins and tokens. */
const ofPeople: readonly Template[] = [
  [
    'Nothing was changed: no administrator of all zones who can sign in would be left. Make another one first.',
    'Rien n’a été modifié : il ne resterait aucun administrateur de toutes les zones qui puisse se connecter. Créez-en d’abord un autre.',
  ],
  ['The state of sign-ins is damaged.', 'L’état des connexions est endommagé.'],
  [
    'Too many failed attempts. Wait {}, or let someone with access to the site folder run "blackstart people unlock NAME".',
    'Trop de tentatives échouées. Attendez {}, ou faites exécuter « blackstart people unlock NOM » par quelqu’un qui a accès au dossier du site.',
  ],
  [
    'The address of {} holds a name or a password: leave them out of it.',
    'L’adresse de {} contient un nom ou un mot de passe : retirez-les-en.',
  ],
  ['The directory was not set up: {}', 'L’annuaire n’a pas été configuré : {}'],
  [
    '{} would be reached without TLS: use ldaps:// or https://, or startTls.',
    '{} serait atteint sans TLS : utilisez ldaps:// ou https://, ou startTls.',
  ],
  [
    'The directory knows you, but none of your groups has a role here.',
    'L’annuaire vous connaît, mais aucun de vos groupes n’a de rôle ici.',
  ],
  [
    "The directory cannot be asked now; the node's log says why. Local accounts go on working.",
    'L’annuaire ne peut pas être interrogé maintenant ; le journal du nœud dit pourquoi. Les comptes locaux fonctionnent toujours.',
  ],
  [
    'The directory cannot be asked: {}. Local accounts go on working.',
    'L’annuaire ne peut pas être interrogé : {}. Les comptes locaux fonctionnent toujours.',
  ],
  [
    'This took too long, or was begun in another browser. Begin again.',
    'Cela a pris trop de temps, ou a été commencé dans un autre navigateur. Recommencez.',
  ],
  [
    'There is a local account "{}": sign in with its password.',
    'Il existe un compte local « {} » : connectez-vous avec son mot de passe.',
  ],
  [
    'This is not the token that the node printed at its last start.',
    'Ce n’est pas le jeton que le nœud a affiché à son dernier démarrage.',
  ],
  [
    'This site has an administrator already. Sign in, or ask them for an account.',
    'Ce site a déjà un administrateur. Connectez-vous, ou demandez-lui un compte.',
  ],
  ['There is an account "{}" already.', 'Il existe déjà un compte « {} ».'],
  ['There is a token "{}": choose another name.', 'Il existe un jeton « {} » : choisissez un autre nom.'],
  [
    '{} may not do this: it takes the right to {} on the whole site.',
    '{} n’a pas le droit de faire cela : il y faut le droit « {} » sur tout le site.',
  ],
  ['There is no account "{}".', 'Il n’y a pas de compte « {} ».'],
  [
    'The name to show is too long: use at most 100 characters.',
    'Le nom à afficher est trop long : 100 caractères au plus.',
  ],
  [
    '"{}" cannot name an account: use up to 63 letters, digits, dots, hyphens and @, a letter or a digit first.',
    '« {} » ne peut pas nommer un compte : au plus 63 lettres, chiffres, points, tirets et @, une lettre ou un chiffre d’abord.',
  ],
  [
    'A role is viewer, operator, engineer or administrator, in some zones or in all.',
    'Un rôle est observateur, opérateur, ingénieur ou administrateur, dans certaines zones ou dans toutes.',
  ],
  [
    'The password was not changed: the new one is the old one.',
    'Le mot de passe n’a pas été changé : le nouveau est l’ancien.',
  ],
  ['This took too long. Begin again.', 'Cela a pris trop de temps. Recommencez.'],
  [
    'This is not the code that the app should show. Check the clock of that device.',
    'Ce n’est pas le code que l’application devrait afficher. Vérifiez l’heure de cet appareil.',
  ],
  ['This account belongs to a directory: change it there.', 'Ce compte appartient à un annuaire : modifiez-le là-bas.'],
  ['This account was removed meanwhile.', 'Ce compte a été supprimé entre-temps.'],
  ['Remove a passkey first.', 'Retirez d’abord une clé d’accès.'],
  ['There is no such passkey.', 'Cette clé d’accès n’existe pas.'],
  [
    'This is the only way in for this account. Add another passkey or a password first.',
    'C’est la seule façon d’entrer pour ce compte. Ajoutez d’abord une autre clé d’accès ou un mot de passe.',
  ],
  [
    'Passkeys need a name for this node and a certificate for it.',
    'Les clés d’accès demandent un nom pour ce nœud et un certificat à ce nom.',
  ],
  [
    'Passkeys belong to a name, not to an address: open this page as {}.',
    'Les clés d’accès appartiennent à un nom, pas à une adresse : ouvrez cette page sous {}.',
  ],
  ['This is no answer of a passkey.', 'Ce n’est pas la réponse d’une clé d’accès.'],
  [
    'This took too long, or was answered already. Begin again.',
    'Cela a pris trop de temps, ou il y a déjà été répondu. Recommencez.',
  ],
  ['The passkey was not taken{}. Begin again.', 'La clé d’accès n’a pas été acceptée{}. Recommencez.'],
  [
    'The hash of a password is damaged. Set the password again: blackstart people password NAME',
    'L’empreinte d’un mot de passe est endommagée. Redéfinissez-le : blackstart people password NOM',
  ],
  [
    'Too many people are signing in at once. Try again in a few seconds.',
    'Trop de personnes se connectent à la fois. Réessayez dans quelques secondes.',
  ],
  ['The password was not set: {}', 'Le mot de passe n’a pas été défini : {}'],
  [
    'The repository is out of reach, and with it the key of what is sealed: codes of an authenticator app cannot be checked now. Remove the code of one account with: blackstart people unlock NAME --remove-code',
    'Le dépôt est hors d’atteinte, et avec lui la clé de ce qui est scellé : les codes d’un authentificateur ne peuvent pas être vérifiés. Retirez le code d’un compte par : blackstart people unlock NOM --remove-code',
  ],
  [
    'Signing in was refused: name, password or code is wrong.',
    'La connexion a été refusée : nom, mot de passe ou code incorrect.',
  ],
  [
    'The seed of this authenticator code is damaged, or belongs to another repository. Remove it: blackstart people unlock NAME --remove-code',
    'La clé de cet authentificateur est endommagée, ou appartient à un autre dépôt. Retirez-la : blackstart people unlock NOM --remove-code',
  ],
  [
    'A token cannot be an administrator: only people manage people.',
    'Un jeton ne peut pas être administrateur : seules des personnes gèrent des personnes.',
  ],
  ['A token is good for two years at most.', 'Un jeton est valable deux ans au plus.'],
  [
    'There is a token "{}" already. Remove it first, or choose another name.',
    'Il existe déjà un jeton « {} ». Retirez-le d’abord, ou choisissez un autre nom.',
  ],
  ['There is an account "{}": choose another name.', 'Il existe un compte « {} » : choisissez un autre nom.'],
  ['There is no token "{}".', 'Il n’y a pas de jeton « {} ».'],
]

/** Of a second person's approval, and of going on without it. */
const ofApprovals: readonly Template[] = [
  ['{} requests of yours wait already. Withdraw one of them.', '{} de vos demandes attendent déjà. Retirez-en une.'],
  ['A second person decides, not a token.', 'C’est une seconde personne qui décide, pas un jeton.'],
  ['Another person than the one who asked must decide.', 'Une autre personne que celle qui a demandé doit décider.'],
  ['Only the one who asked can withdraw it.', 'Seule la personne qui a demandé peut retirer la demande.'],
  [
    'The site file says otherwise than when this was agreed where {} is written to: ask for approval again.',
    'Le fichier du site ne dit plus comme lors de l’accord où {} est écrit : redemandez une approbation.',
  ],
  [
    'This approval is for something else, or for somebody else.',
    'Cet accord vaut pour autre chose, ou pour quelqu’un d’autre.',
  ],
  ['This request is {}: ask for approval again.', 'Cette demande est {} : demandez de nouveau un accord.'],
  ['This request is {} already.', 'Cette demande est déjà {}.'],
  ['There is no such request.', 'Cette demande n’existe pas.'],
  ['The glass is broken by a person, not by a token.', 'Le bris de glace est fait par une personne, pas par un jeton.'],
  [
    '{} may not do this in the zone {}: it takes an engineer of it.',
    '{} n’a pas le droit de faire cela dans la zone {} : il y faut un ingénieur de cette zone.',
  ],
  [
    'Whoever agreed may not approve writes in the zone {} any more: ask for approval again.',
    'Qui a donné son accord ne peut plus en donner pour la zone {} : demandez de nouveau un accord.',
  ],
  [
    '{} may not approve writes in the zone {} any more: ask for approval again.',
    '{} ne peut plus donner d’accord d’écriture dans la zone {} : demandez de nouveau un accord.',
  ],
  ['Say why.', 'Dites pourquoi.'],
  [
    'There are {} of these findings that you may decide on, not {}. Nothing was written: look at them again.',
    'Il y a {} de ces constats sur lesquels vous pouvez décider, et non {}. Rien n’a été écrit : regardez-les de nouveau.',
  ],
]

/** Of items, versions, findings and rehearsals. */
const ofPlant: readonly Template[] = [
  [
    'site.yaml has no item {}, and no version of one is known.',
    'site.yaml n’a pas d’élément {}, et aucune version n’en est connue.',
  ],
  ['site.yaml has no item {}.', 'site.yaml n’a pas d’élément {}.'],
  ['site.yaml has no asset {}.', 'site.yaml n’a pas d’équipement {}.'],
  [
    'site.yaml has no process "{}". It names none yet.',
    'site.yaml n’a pas de procédé « {} ». Il n’en nomme encore aucun.',
  ],
  ['site.yaml has no process "{}". There are {}.', 'site.yaml n’a pas de procédé « {} ». Il y a {}.'],
  ['site.yaml has no process {}.', 'site.yaml n’a pas de procédé {}.'],
  ['site.yaml has no zone "{}". There are {}.', 'site.yaml n’a pas de zone « {} ». Il y a {}.'],
  [
    'site.yaml names no credential domain "{}". There are {}.',
    'site.yaml ne nomme pas de domaine d’identification « {} ». Il y a {}.',
  ],
  [
    '"{}" cannot be lost. Give zone:ID, domain:NAME, node or site.',
    '« {} » ne peut pas être perdu. Donnez zone:ID, domain:NOM, node ou site.',
  ],
  [
    'It is written, and not in force: {} The site file of before stays in force until then.',
    'C’est écrit, mais pas en vigueur : {} Le fichier de site précédent reste en vigueur jusque-là.',
  ],
  ['There is no finding {} of {}. {}', 'Il n’y a pas de constat {} pour {}. {}'],
  ['Nothing is borne without an end. {}', 'Rien n’est accepté sans échéance. {}'],
  ['--until {} is neither a date nor a duration. {}', '{} n’est ni une date ni une durée. {}'],
  ['--until {} is past. {}', '{} est passé. {}'],
  ['--until {} is too far off. {}', '{} est trop lointain. {}'],
  [
    'Give --until a date such as 2027-03-31 or a duration such as 30d, two years at most.',
    'Donnez une date comme 2027-03-31 ou une durée comme 30d, deux ans au plus.',
  ],
  ['"blackstart findings" lists what there is.', 'La page Risques montre ce qu’il y a.'],
  ['{} of {}: say why it is borne.', '{} de {} : dites pourquoi il est accepté.'],
  ['{} of {}: {} is over. Say until when it is borne.', '{} de {} : {} est passé. Dites jusqu’à quand il est accepté.'],
  ['{} of {} is not acknowledged.', '{} de {} n’est pas acquitté.'],
  ['{} is under no hold.', '{} n’est pas retenue.'],
  ['A drill goes on already: wait until it has ended.', 'Un exercice est déjà en cours : attendez qu’il soit terminé.'],
  [
    'There is no such drill; the node forgets them when it stops.',
    'Cet exercice n’existe pas ; le nœud les oublie quand il s’arrête.',
  ],
  [
    'site.yaml names no item yet: there is nothing to drill.',
    'site.yaml ne nomme encore aucun élément : il n’y a rien à exercer.',
  ],
  [
    'Name the folder for sandboxes by its whole path: /srv/drills.',
    'Nommez le dossier des bacs à sable par son chemin complet : /srv/drills.',
  ],
  [
    "A sandbox that is kept, or made in a folder of one's choice, lies on the node's machine: ask for it there, with blackstart drill --keep or --sandbox DIR.",
    'Un bac à sable qui reste, ou dont on choisit le dossier, est sur la machine du nœud : demandez-le là, par blackstart drill --keep ou --sandbox DIR.',
  ],
  ['Nothing that is backed up is called "{}".', 'Rien de ce qui est sauvegardé ne s’appelle « {} ».'],
  [
    '{} is no code of a finding, and nothing of site.yaml: neither process, asset, item, place nor zone. {}',
    '{} n’est ni un code de constat, ni rien de site.yaml : procédé, équipement, élément, emplacement ou zone. {}',
  ],
  [
    'The cursor is none that was given out here. Ask for the first rows again.',
    'Ce curseur n’a pas été donné ici. Redemandez les premières lignes.',
  ],
  [
    'The journal {} was damaged or tampered with: line {} is not where it was. See: blackstart journal',
    'Le journal {} a été endommagé ou falsifié : la ligne {} n’est plus où elle était. Voyez : blackstart journal',
  ],
  ['No secret "{}" is set.', 'Aucun secret « {} » n’est défini.'],
  ['{} holds no file.', '{} ne contient aucun fichier.'],
  ['{} has no file "{}".', '{} n’a pas de fichier « {} ».'],
  ['{} has no folder "{}".', '{} n’a pas de dossier « {} ».'],
  ['{} has no {} "{}".', '{} n’a pas de {} « {} ».'],
  [
    '{} has only one version so far: there is nothing to compare it with.',
    '{} n’a qu’une version jusqu’ici : il n’y a rien à quoi la comparer.',
  ],
  [
    '"{}" names no item. Write asset/item or asset/item@version, e.g. plc-filler/program@latest.',
    '« {} » ne nomme aucun élément. Écrivez équipement/élément ou équipement/élément@version, p. ex. plc-filler/program@latest.',
  ],
  [
    'Say what to change: grants, a password, the code, or the lock.',
    'Dites ce qu’il faut changer : des droits, un mot de passe, le code ou le verrou.',
  ],
  [
    'No version of {} is known. Which items there are: blackstart status. If it is one of them, capture it: {}',
    'Aucune version de {} n’est connue. Quels éléments il y a : blackstart status. S’il en est, capturez-le : {}',
  ],
  [
    '{} has no version "{}"; its newest is {}. See: {}',
    '{} n’a pas de version « {} » ; la plus récente est {}. Voyez : {}',
  ],
  [
    '"{}" begins {} versions of {}: write more of the id.',
    '« {} » commence {} versions de {} : écrivez davantage de l’identifiant.',
  ],
  ['{} has no approved version. Approve one: {}', '{} n’a pas de version approuvée. Approuvez-en une : {}'],
  [
    '{} is not in the repository any more. If it was moved or rewritten with restic, run: blackstart catalog rebuild',
    '{} n’est plus dans le dépôt. S’il a été déplacé ou réécrit avec restic, exécutez : blackstart catalog rebuild',
  ],
  ['{}: its snapshot lacks the folder {}.', '{} : le dossier {} manque à son instantané.'],
  ['{} has no file "{}". See: {}', '{} n’a pas de fichier « {} ». Voyez : {}'],
]

export const frenchRefusal = templates([...ofApi, ...ofPeople, ...ofApprovals, ...ofPlant], {}, inner)

const small = templates([
  ['withdrawn', 'retirée'],
  ['refused', 'refusée'],
  ['agreed', 'acceptée'],
  ['approved', 'acceptée'],
  ['expired', 'expirée'],
  ['used', 'utilisée'],
  ['waiting', 'en attente'],
  ['file', 'fichier'],
  [
    'it needs at least {} characters. A sentence of five words does well.',
    'il faut au moins {} caractères. Une phrase de cinq mots convient bien.',
  ],
  ['it may take {} bytes at most.', 'il peut prendre {} octets au plus.'],
  [
    'it holds a control character, which no form can type.',
    'il contient un caractère de commande, qu’aucun formulaire ne peut taper.',
  ],
  ['it is little more than the name of the account.', 'il est à peine plus que le nom du compte.'],
  [
    'it is among the first that a guesser tries. Choose a sentence that nobody else would.',
    'c’est l’un des premiers qu’on essaie. Choisissez une phrase que personne d’autre ne choisirait.',
  ],
  ['folder', 'dossier'],
  ...ofPlant.filter(([english]) => english.startsWith('Give --until') || english.startsWith('"blackstart')),
])

/** What was filled in may be words of ours. */
function inner(part: string): string {
  return small(part) ?? part
}

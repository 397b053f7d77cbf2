import type { Phrases, Template } from './french-template.ts'

/** Of the places where copies lie (src/storage). */
export const storageTemplates: readonly Template[] = [
  ['The location of the repository is empty.', 'L’adresse du dépôt est vide.'],
  ['"{}:" is no kind of storage: there are {}.', '« {}: » n’est pas un genre de stockage : il y a {}.'],
  [
    'A folder whose name holds a colon is written local:PATH.',
    'Un dossier dont le nom contient deux-points s’écrit local:CHEMIN.',
  ],
  // of all of them
  ['no space is left on the disk.', 'il n’y a plus de place sur le disque.'],
  ['Make room and run again.', 'Faites de la place et recommencez.'],
  ['there is no file {}.', 'il n’y a pas de fichier {}.'],
  [
    '{}: {} cannot be read: its disk fails ({}). Have the disk tested, and bring the file back from another copy.',
    '{} : {} ne peut pas être lu : son disque est défaillant ({}). Faites tester le disque, et rapportez le fichier d’une autre copie.',
  ],
  [
    '{} is damaged: it ends after {} bytes where {} were expected.',
    '{} est endommagé : il s’arrête après {} octets, là où {} étaient attendus.',
  ],
  [
    'Check the disk, and bring the file back from another copy.',
    'Vérifiez le disque, et ramenez le fichier depuis une autre copie.',
  ],
  [
    "Check the server's disk, and bring the file back from another copy.",
    'Vérifiez le disque du serveur, et ramenez le fichier depuis une autre copie.',
  ],
  ['{} is damaged: {} bytes were expected, and {length}.', '{} est endommagé : {} octets étaient attendus, et {}.'],
  ['Bring the file back from another copy.', 'Ramenez le fichier depuis une autre copie.'],
  [
    '{} stopped answering while it was {doing}: nothing moved for {} seconds.',
    '{} a cessé de répondre pendant {} : rien n’a bougé en {} secondes.',
  ],
  ['Check the server and the network between.', 'Vérifiez le serveur et le réseau entre les deux.'],
  ['It was tried {} times in {} s.', '{} tentatives ont été faites en {} s.'],
  // over HTTP
  [
    'Check that the server runs, and the network between.',
    'Vérifiez que le serveur tourne, et le réseau entre les deux.',
  ],
  [
    '{} cannot be reached: nobody knows that host name.',
    '{} ne peut pas être joint : personne ne connaît ce nom d’hôte.',
  ],
  ['{} has a certificate that is not trusted ({}).', '{} a un certificat qui n’est pas reconnu ({}).'],
  ['Give the CA that signed it: --cacert FILE.', 'Indiquez l’autorité qui l’a signé : --cacert FICHIER.'],
  ['{} does not speak TLS as we do: is it plain http?', '{} ne parle pas TLS comme nous : est-ce du http simple ?'],
  ['{} does not speak HTTP ({}): is it https?', '{} ne parle pas HTTP ({}) : est-ce du https ?'],
  ['{} hung up while it was {doing}: {}.', '{} a raccroché pendant {} : {}.'],
  // REST
  ['{} {rest} ({}, while it was {doing}).', '{} {} ({}, pendant {}).'],
  [
    '{} gave a listing of {} that cannot be read: {listing}.',
    '{} a donné une liste de {} qui ne peut pas être lue : {}.',
  ],
  [
    '{} does not let {} be deleted: it only takes new files (append-only).',
    '{} ne laisse pas supprimer {} : il n’accepte que de nouveaux fichiers (ajout seul).',
  ],
  [
    "Delete on the server's own side, or with a login that may.",
    'Supprimez du côté du serveur, ou avec un compte qui en a le droit.',
  ],
  [
    '{} does not take {}: it does not let this login write.',
    '{} n’accepte pas {} : il ne laisse pas écrire ce compte.',
  ],
  ['Check its permissions.', 'Vérifiez ses droits.'],
  [
    '{} does not take {}: it has one of {} bytes under that name, where {} were to be written, and replaces none.',
    '{} n’accepte pas {} : il en a un de {} octets sous ce nom, là où {} étaient à écrire, et n’en remplace aucun.',
  ],
  ['Have that one removed on the server.', 'Faites supprimer celui-là sur le serveur.'],
  [
    'The location of a REST server is written rest:http://HOST:PORT/PATH/ or rest:https://HOST/PATH/.',
    'L’adresse d’un serveur REST s’écrit rest:http://HÔTE:PORT/CHEMIN/ ou rest:https://HÔTE/CHEMIN/.',
  ],
  ["a REST server's location has no ? and no #.", 'l’adresse d’un serveur REST n’a ni ? ni #.'],
  // S3
  ['{} {store} ({}, {}, while it was {doing}).', '{} {} ({}, {}, pendant {}).'],
  [
    '{} gave an answer that is none of S3, while it was {doing} ({listing}).',
    '{} a donné une réponse qui n’est pas de S3, pendant {} ({}).',
  ],
  ['Check the address.', 'Vérifiez l’adresse.'],
  [
    "{} does not accept our requests: the clock of this machine differs from the server's by {skew}.",
    '{} n’accepte pas nos requêtes : l’horloge de cette machine diffère de celle du serveur de {}.',
  ],
  ['Set the clock.', 'Réglez l’horloge.'],
  ['no access key was given.', 'aucune clé d’accès n’a été donnée.'],
  ['Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.', 'Définissez AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY.'],
  ['{} does not let {} be deleted: {kept}.', '{} ne laisse pas supprimer {} : {}.'],
  [
    'A repository on S3 is written s3:https://HOST/BUCKET/PREFIX, without keys in it.',
    'Un dépôt sur S3 s’écrit s3:https://HÔTE/COMPARTIMENT/PRÉFIXE, sans clés dedans.',
  ],
  // SFTP
  [
    '{} cannot be {stored}: the server does not allow this user to.',
    '{} ne peut pas être {} : le serveur ne le permet pas à cet utilisateur.',
  ],
  ['Give the user the right to the folder.', 'Donnez à l’utilisateur le droit sur le dossier.'],
  ['{} cannot be {stored}: the folder is missing.', '{} ne peut pas être {} : le dossier manque.'],
  ['Prepare it with init, or check the path.', 'Préparez-le avec init, ou vérifiez le chemin.'],
  ['{} cannot be {stored}: the server does not know how.', '{} ne peut pas être {} : le serveur ne sait pas le faire.'],
  ['Use another server, OpenSSH for one.', 'Utilisez un autre serveur, OpenSSH par exemple.'],
  [
    '{} cannot be {stored}: the server failed, and says no more than "{}".',
    '{} ne peut pas être {} : le serveur a échoué, et ne dit que « {} ».',
  ],
  ['Look at its log and its disk.', 'Voyez son journal et son disque.'],
  ["no space is left on the server's disk.", 'il n’y a plus de place sur le disque du serveur.'],
  [
    "{} cannot be written: the server's disk is mounted read-only.",
    '{} ne peut pas être écrit : le disque du serveur est monté en lecture seule.',
  ],
  [
    'an upload cannot go on, as its temporary file {} {gone}.',
    'un envoi ne peut pas continuer, car son fichier temporaire {} {}.',
  ],
  [
    'Check whether the server crashed or somebody clears its folders, and run again.',
    'Voyez si le serveur est tombé ou si quelqu’un vide ses dossiers, et recommencez.',
  ],
  ['the connection broke ({closed}).', 'la liaison s’est rompue ({}).'],
  ['Check the network, and whether the server restarted.', 'Vérifiez le réseau, et si le serveur a redémarré.'],
  ['{} stopped answering: nothing came for {} seconds.', '{} a cessé de répondre : rien n’est venu en {} secondes.'],
  ['the server refused the login ({login}).', 'le serveur a refusé la connexion ({}).'],
  [
    'Check the user, and the key or password that was given.',
    'Vérifiez l’utilisateur, et la clé ou le mot de passe donné.',
  ],
  [
    'Check that the server runs, its address and port, and the firewall between.',
    'Vérifiez que le serveur tourne, son adresse et son port, et le pare-feu entre les deux.',
  ],
  ['the server and we do not understand each other ({}).', 'le serveur et nous ne nous comprenons pas ({}).'],
  [
    'Check that the port is that of an up-to-date SSH server.',
    'Vérifiez que le port est celui d’un serveur SSH à jour.',
  ],
  [
    'the server let us in but opened no SFTP session ({}).',
    'le serveur nous a laissés entrer, mais n’a pas ouvert de session SFTP ({}).',
  ],
  ['Switch SFTP on for this user.', 'Activez SFTP pour cet utilisateur.'],
  [
    'the server shows the host key {}, and only {} is accepted.',
    'le serveur présente la clé d’hôte {}, et seule {} est acceptée.',
  ],
  [
    'the server shows the host key {}, which known_hosts says is revoked.',
    'le serveur présente la clé d’hôte {}, que known_hosts dit révoquée.',
  ],
  ['Somebody may stand in between.', 'Quelqu’un s’est peut-être interposé.'],
  ['the server shows the host key {}, known_hosts has {}.', 'le serveur présente la clé d’hôte {}, known_hosts a {}.'],
  [
    'the server shows the host key {}, which nobody has confirmed yet.',
    'le serveur présente la clé d’hôte {}, que personne n’a encore confirmée.',
  ],
  [
    'Compare it with "ssh-keygen -lf" on the server itself, then add it to known_hosts.',
    'Comparez-la avec « ssh-keygen -lf » sur le serveur lui-même, puis ajoutez-la à known_hosts.',
  ],
  [
    'If the server was replaced, correct that; if not, somebody may stand in between.',
    'Si le serveur a été remplacé, corrigez cela ; sinon, quelqu’un s’est peut-être interposé.',
  ],
  ['Whom to log in as?', 'Se connecter sous quel nom ?'],
  ['Write sftp:USER@{}:…', 'Écrivez sftp:UTILISATEUR@{}:…'],
  [
    'A repository over SFTP is written sftp:USER@HOST:/FOLDER or sftp://USER@HOST:PORT//FOLDER, without a password.',
    'Un dépôt par SFTP s’écrit sftp:UTILISATEUR@HÔTE:/DOSSIER ou sftp://UTILISATEUR@HÔTE:PORT//DOSSIER, sans mot de passe.',
  ],
  [
    'SFTP servers do not know ~: leave it out, a folder without a slash at its beginning lies below the home folder.',
    'Les serveurs SFTP ne connaissent pas ~ : retirez-le, un dossier sans barre oblique au début se trouve dans le dossier personnel.',
  ],
  [
    'The configuration of ssh says Port {} for {}, which is none.',
    'La configuration de ssh dit Port {} pour {}, qui n’en est pas un.',
  ],
  ['{} cannot be {stored}: {why}.', '{} ne peut pas être {} : {}.'],
  ['{} cannot be {stored}: {why}', '{} ne peut pas être {} : {}'],
]

export const storagePhrases: Phrases = {
  length: [
    ['it is shorter than that', 'il est plus court que cela'],
    ['it ends after {} bytes', 'il s’arrête après {} octets'],
  ],
  doing: [
    ['being prepared', 'sa préparation'],
    ['being listed ({})', 'le parcours ({})'],
    ['being asked for {}', 'la demande de {}'],
    ['being asked for', 'la demande'],
    ['being read ({})', 'la lecture ({})'],
    ['being written ({})', 'l’écriture ({})'],
    ['being changed ({})', 'la modification ({})'],
  ],
  stored: [
    ['prepared', 'préparé'],
    ['read ({})', 'lu ({})'],
    ['read', 'lu'],
    ['written ({})', 'écrit ({})'],
    ['written', 'écrit'],
    ['changed ({})', 'modifié ({})'],
    ['listed ({})', 'parcouru ({})'],
    ['listed', 'parcouru'],
  ],
  rest: [
    ['says that something else arrived than was sent', 'dit qu’autre chose est arrivé que ce qui a été envoyé'],
    [
      'refuses the login. Check the user and the password',
      'refuse la connexion. Vérifiez l’utilisateur et le mot de passe',
    ],
    ['does not allow it', 'ne le permet pas'],
    ['has no such repository. Make it with init', 'n’a pas ce dépôt. Créez-le avec init'],
    [
      'does not know the request: is it a server of restic’s REST protocol?',
      'ne connaît pas la requête : est-ce un serveur du protocole REST de restic ?',
    ],
    ['had to wait for us for too long', 'a dû nous attendre trop longtemps'],
    [
      'takes no file of that size: raise its limit, or that of the proxy before it',
      'n’accepte pas de fichier de cette taille : augmentez sa limite, ou celle du serveur mandataire devant lui',
    ],
    ['has too many requests at the moment', 'a trop de requêtes en ce moment'],
    ['has no space left. Make room and run again', 'n’a plus de place. Faites de la place et recommencez'],
    ['failed by itself: see the log of the server', 'a échoué de lui-même : voyez le journal du serveur'],
    ['gave an answer that is none of the protocol', 'a donné une réponse qui n’est pas du protocole'],
  ],
  store: [
    [
      'does not know this access key, or its secret is wrong. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      'ne connaît pas cette clé d’accès, ou son secret est faux. Vérifiez AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY',
    ],
    [
      'does not take the session token, or it has expired. Get a new one (AWS_SESSION_TOKEN)',
      'n’accepte pas le jeton de session, ou il a expiré. Demandez-en un nouveau (AWS_SESSION_TOKEN)',
    ],
    [
      'cannot be used: there is no such bucket. Check its name, or make it with init',
      'ne peut pas servir : ce compartiment n’existe pas. Vérifiez son nom, ou créez-le avec init',
    ],
    [
      'cannot be used: the bucket is in another region. Name it: -o s3.region=REGION or AWS_DEFAULT_REGION',
      'ne peut pas servir : le compartiment est dans une autre région. Nommez-la : -o s3.region=RÉGION ou AWS_DEFAULT_REGION',
    ],
    ['says that something else arrived than was sent', 'dit qu’autre chose est arrivé que ce qui a été envoyé'],
    [
      'does not allow it to this access key. It needs s3:GetObject, s3:PutObject, s3:DeleteObject on the objects and s3:ListBucket on the bucket',
      'ne le permet pas à cette clé d’accès. Il lui faut s3:GetObject, s3:PutObject, s3:DeleteObject sur les objets et s3:ListBucket sur le compartiment',
    ],
    ['has too many requests at the moment', 'a trop de requêtes en ce moment'],
    [
      'has no space left, or the quota is used up. Make room and run again',
      'n’a plus de place, ou le quota est épuisé. Faites de la place et recommencez',
    ],
    ['had to wait for us for too long', 'a dû nous attendre trop longtemps'],
    [
      'takes no object of that size: raise its limit, or that of the proxy before it',
      'n’accepte pas d’objet de cette taille : augmentez sa limite, ou celle du serveur mandataire devant lui',
    ],
    ['failed by itself: see the log of the server', 'a échoué de lui-même : voyez le journal du serveur'],
    ['did not understand the request', 'n’a pas compris la requête'],
  ],
  listing: [
    ['it is no list of a bucket', 'ce n’est pas une liste de compartiment'],
    ['it is no list', 'ce n’est pas une liste'],
    ['it holds something that is no entry', 'elle contient ce qui n’est pas une entrée'],
    ['it does not end as a list', 'elle ne se termine pas comme une liste'],
    ['{}', '{}'],
  ],
  skew: [
    ['too much', 'trop'],
    ['{} minutes (it is {clock})', '{} minutes (elle {})'],
  ],
  clock: [
    ['ahead', 'avance'],
    ['behind', 'retarde'],
  ],
  kept: [
    ['it is under a legal hold', 'une conservation légale le protège'],
    [
      'the bucket is locked, or this access key may not delete',
      'le compartiment est verrouillé, ou cette clé d’accès n’a pas le droit de supprimer',
    ],
    ['it is locked until {}', 'il est verrouillé jusqu’à {}'],
  ],
  gone: [
    ['is gone', 'a disparu'],
    ['has {} bytes where the server had acknowledged {}', 'a {} octets, là où le serveur en avait confirmé {}'],
  ],
  closed: [
    ['closed by the server before the login was done', 'fermée par le serveur avant la fin de la connexion'],
    ['closed by the server', 'fermée par le serveur'],
    ['the server ended the SFTP session', 'le serveur a fermé la session SFTP'],
    ['{}', '{}'],
  ],
  login: [
    ['it asks for a new password', 'il demande un nouveau mot de passe'],
    ['the private key cannot be opened: {}', 'la clé privée ne peut pas être ouverte : {}'],
    [
      'no key, password or agent was given to log in with',
      'aucune clé, aucun mot de passe et aucun agent n’a été donné pour se connecter',
    ],
    ['{}', '{}'],
  ],
}

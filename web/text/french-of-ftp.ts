import type { Phrases, Template } from './french-template.ts'

/** Of the connector `ftp` (src/capture/ftp). */
export const ftpTemplates: readonly Template[] = [
  // what site.yaml says
  [
    'the secret "{}" holds a line break, which FTP cannot send.',
    'le secret « {} » contient un saut de ligne, que FTP ne peut pas envoyer.',
  ],
  ['Enter it again with secrets set {}.', 'Saisissez-le de nouveau avec secrets set {}.'],
  [
    'the certificate authority {} cannot be read ({authority}).',
    'l’autorité de certification {} ne peut pas être lue ({}).',
  ],
  ['Correct options.ca; it starts at the site folder.', 'Corrigez options.ca ; le chemin part du dossier du site.'],
  ['options.path "{}" holds "..".', 'options.path « {} » contient « .. ».'],
  ['Write the path as the device shows it.', 'Écrivez le chemin tel que l’équipement le montre.'],
  ['options.path "{}" and "{}" overlap.', 'options.path « {} » et « {} » se recouvrent.'],
  ['Keep one of them.', 'Gardez l’un des deux.'],
  ['the asset "{}" has no address.', 'l’équipement « {} » n’a pas d’adresse.'],
  [
    'Give it one in site.yaml (address: 192.0.2.10), or set options.host.',
    'Donnez-lui-en une dans site.yaml (address: 192.0.2.10), ou indiquez options.host.',
  ],
  ['"{}" is not an address.', '« {} » n’est pas une adresse.'],
  [
    "Correct options.host, or the asset's address, in site.yaml.",
    'Corrigez options.host, ou l’adresse de l’équipement, dans site.yaml.',
  ],
  // the connection and the login
  ['the name of {} cannot be resolved ({}).', 'le nom de {} ne peut pas être résolu ({}).'],
  ['Check the address in site.yaml and the name server.', 'Vérifiez l’adresse dans site.yaml et le serveur de noms.'],
  ['{} refuses FTP connections (ECONNREFUSED).', '{} refuse les liaisons FTP (ECONNREFUSED).'],
  [
    'Check that the device is on, that its FTP server is enabled, and the port.',
    'Vérifiez que l’équipement est sous tension, que son serveur FTP est activé, et le port.',
  ],
  ['{} cannot be reached ({why}).', '{} ne peut pas être joint ({}).'],
  [
    'Check its power, its cable, the address in site.yaml and the firewall.',
    'Vérifiez son alimentation, son câble, l’adresse dans site.yaml et le pare-feu.',
  ],
  ['{} did not answer within {} s.', '{} n’a pas répondu en {} s.'],
  [
    'Check its power, its cable, the address in site.yaml and the firewall; with options.tls, that explicit or implicit is right.',
    'Vérifiez son alimentation, son câble, l’adresse dans site.yaml et le pare-feu ; avec options.tls, que explicit ou implicit est juste.',
  ],
  ['{} did not finish the login within {} s.', '{} n’a pas terminé la connexion en {} s.'],
  [
    'Check whether another program holds its session; restart its FTP server if it stays so.',
    'Voyez si un autre programme tient sa session ; redémarrez son serveur FTP si cela persiste.',
  ],
  ['{} has no free FTP session ({}).', '{} n’a plus de session FTP libre ({}).'],
  [
    'Close other FTP programs on it; it is tried again.',
    'Fermez les autres programmes FTP qui l’utilisent ; il y aura une nouvelle tentative.',
  ],
  ['{} answers, but refuses the connection ({}).', '{} répond, mais refuse la liaison ({}).'],
  ['Check that it is the FTP port.', 'Vérifiez que c’est bien le port FTP.'],
  [
    'the device {} refused the login for user "{}" ({}).',
    'l’équipement {} a refusé la connexion de l’utilisateur « {} » ({}).',
  ],
  [
    'Set options.user to an account of the device, and its password with secrets set.',
    'Donnez à options.user un compte de l’équipement, et définissez son mot de passe avec secrets set.',
  ],
  // TLS
  ['{} refuses TLS ({}).', '{} refuse TLS ({}).'],
  [
    'Switch it on in the device, or set options.tls to none if its network is trusted.',
    'Activez-le dans l’équipement, ou mettez options.tls à none si son réseau est sûr.',
  ],
  [
    '{} shows another certificate on the data connection than at the login, so somebody may sit in between.',
    '{} présente sur la liaison de données un autre certificat qu’à la connexion : quelqu’un s’est peut-être interposé.',
  ],
  ['Check the network before the next capture.', 'Vérifiez le réseau avant la prochaine capture.'],
  ['the certificate of {} is not trusted ({}).', 'le certificat de {} n’est pas reconnu ({}).'],
  [
    'Give its authority with options.ca, or pin it with options.certificate: pin.',
    'Indiquez son autorité par options.ca, ou épinglez-le par options.certificate: pin.',
  ],
  ['TLS with {} failed ({}).', 'TLS a échoué avec {} ({}).'],
  [
    'Check options.tls (explicit or implicit) and the port; an old device may need options.legacyTls: true.',
    'Vérifiez options.tls (explicit ou implicit) et le port ; un équipement ancien peut demander options.legacyTls: true.',
  ],
  // the session
  ['{} ended the session{during} ({}).', '{} a fermé la session{} ({}).'],
  ['Check what else uses it; {again}.', 'Voyez ce qui l’utilise d’autre ; {}.'],
  ['{} could not open the data connection for{where} ({}).', '{} n’a pas pu ouvrir la liaison de données{} ({}).'],
  [
    'Check that the firewall lets its passive ports through, or set options.passive.',
    'Vérifiez que le pare-feu laisse passer ses ports passifs, ou réglez options.passive.',
  ],
  [
    '{} answers, but its data connection{during} cannot be opened ({silence}).',
    '{} répond, mais sa liaison de données{} ne peut pas être ouverte ({}).',
  ],
  ['{} broke off{during} ({}).', '{} a interrompu l’échange{} ({}).'],
  ['{left}; check the device and {again}.', '{} ; vérifiez l’équipement et {}.'],
  ['{} has no room for{where} ({}).', '{} n’a plus de place{} ({}).'],
  ['Make room on the device.', 'Faites de la place sur l’équipement.'],
  [
    '{} closed the data connection of {path} without saying that it is complete.',
    '{} a fermé la liaison de données de {} sans dire qu’elle est complète.',
  ],
  ['{left}; {again}, and check the device if it stays so.', '{} ; {}, et vérifiez l’équipement si cela persiste.'],
  ['{} fell silent for {} s{during}.', '{} est resté muet {} s{}.'],
  [
    'Check the device, its cable and its load; raise the time limit if it is only slow.',
    'Vérifiez l’équipement, son câble et sa charge ; augmentez le délai s’il est seulement lent.',
  ],
  ['{} sends more than any device should{during}.', '{} envoie plus que ne devrait tout équipement{}.'],
  ['Check that it is the right device.', 'Vérifiez que c’est le bon équipement.'],
  ['{} answers what FTP does not know{during}.', '{} répond ce que FTP ne connaît pas{}.'],
  [
    'Check that it is an FTP server; try options.passive.',
    'Vérifiez que c’est un serveur FTP ; essayez options.passive.',
  ],
  ['the connection to {} was lost{during}.', 'la liaison avec {} s’est rompue{}.'],
  [
    'Check its cable and power, and whether another program took its session; {again}.',
    'Vérifiez son câble et son alimentation, et si un autre programme a pris sa session ; {}.',
  ],
  // what it refuses
  ['{} refuses a setting that a true copy needs ({}).', '{} refuse un réglage dont dépend une copie fidèle ({}).'],
  ['Use another connector for this device.', 'Utilisez un autre connecteur pour cet équipement.'],
  ['{} does not know the command to {verb} {path} ({}).', '{} ne connaît pas la commande pour {} {} ({}).'],
  [
    'Set options.list or options.passive to what the device knows.',
    'Réglez options.list ou options.passive sur ce que connaît l’équipement.',
  ],
  ['{} has no {path} ({}).', '{} n’a pas {} ({}).'],
  [
    'Correct options.path or options.hidden, or capture again if it was just deleted.',
    'Corrigez options.path ou options.hidden, ou capturez de nouveau si ce fichier vient d’être supprimé.',
  ],
  ['{} cannot {verb} {path} now ({}).', '{} ne peut pas {} {} maintenant ({}).'],
  [
    'Close what uses it on the device; it is tried again.',
    'Fermez ce qui l’utilise sur l’équipement ; il y aura une nouvelle tentative.',
  ],
  ['{} does not let user "{}" {toverb} {path} ({}).', '{} ne permet pas à l’utilisateur « {} » {} {} ({}).'],
  ['Give it the right to write there.', 'Donnez-lui le droit d’y écrire.'],
  ['Give it the right to read it, or exclude it.', 'Donnez-lui le droit de le lire, ou excluez-le.'],
  // listings and files
  [
    '{} sent only a part of the listing of {path} and called it complete.',
    '{} n’a envoyé qu’une partie de la liste de {} et l’a dite complète.',
  ],
  [
    "Nothing of it was kept; capture again, and restart the device's FTP server if it stays so.",
    'Rien n’en a été gardé ; capturez de nouveau, et redémarrez le serveur FTP de l’équipement si cela persiste.',
  ],
  [
    '{} lists {path} in a way that is not understood, or the listing was cut ("{}").',
    '{} donne une liste de {} qui n’est pas comprise, ou la liste a été coupée (« {} »).',
  ],
  [
    'Set options.list to nlst, or to none and name the files.',
    'Mettez options.list à nlst, ou à none en nommant les fichiers.',
  ],
  ['{} lists the name "{}" in {path}, {fault}.', '{} liste le nom « {} » dans {}, {}.'],
  ['Check the device: such a name may be an attack.', 'Vérifiez l’équipement : un tel nom peut être une attaque.'],
  ['Nothing was written.', 'Rien n’a été écrit.'],
  ['Rename the file on the device.', 'Renommez le fichier sur l’équipement.'],
  ['Set options.encoding: latin1.', 'Réglez options.encoding: latin1.'],
  ['{} lists "{}" twice in {path}, and not alike.', '{} liste deux fois « {} » dans {}, et différemment.'],
  ['Remove one of them on the device, or exclude them.', 'Supprimez l’un des deux sur l’équipement, ou excluez-les.'],
  ['{path} changed on {} while it was read.', '{} a changé sur {} pendant la lecture.'],
  [
    'Capture again when nothing writes to it, or exclude it.',
    'Capturez de nouveau quand rien n’y écrit, ou excluez-le.',
  ],
  [
    '{} sent {} of the {} bytes of {path} and called it complete.',
    '{} a envoyé {} des {} octets de {} et l’a dit complet.',
  ],
  [
    'If its sizes are never right, set options.sizes: ignore.',
    'Si ses tailles ne sont jamais justes, réglez options.sizes: ignore.',
  ],
  ['{} sent {} bytes of {path}, which it says has {}.', '{} a envoyé {} octets de {}, dont il annonce {} octets.'],
  [
    'If it makes the file as it is read, set options.sizes: ignore.',
    'S’il fabrique le fichier pendant la lecture, réglez options.sizes: ignore.',
  ],
  [
    '{path} on {} is neither file nor folder, and FTP cannot read it.',
    '{} sur {} n’est ni un fichier ni un dossier, et FTP ne peut pas le lire.',
  ],
  ['Exclude it in site.yaml.', 'Excluez-le dans site.yaml.'],
  [
    '{} shows {depth}, at {path}, so its folders may lead in a circle.',
    '{} montre {}, à {} : ses dossiers tournent peut-être en rond.',
  ],
  ['Narrow options.path, or exclude that folder.', 'Restreignez options.path, ou excluez ce dossier.'],
  // written back
  [
    'everything but {} link(s) was written to {}, for FTP cannot make links: {}.',
    'tout sauf {} lien(s) a été écrit sur {}, car FTP ne sait pas créer de liens : {}.',
  ],
  ['Make them on the device by hand.', 'Créez-les à la main sur l’équipement.'],
  ['{} kept {} of the {} bytes written to {path}.', '{} a gardé {} des {} octets écrits dans {}.'],
  [
    'Do not start the machine with it; check its memory and restore again.',
    'Ne démarrez pas la machine ainsi ; vérifiez sa mémoire et restaurez de nouveau.',
  ],
  [
    '{path} of the version has no place on {}, for options.path is another one now.',
    '{} de la version n’a pas de place sur {}, car options.path a changé.',
  ],
  ['Put back the options.path of that version.', 'Remettez l’options.path de cette version.'],
]

export const ftpPhrases: Phrases = {
  path: [['"{}"', '« {} »']],
  where: [
    [' {path}', ' pour {}'],
    ['', ''],
  ],
  during: [
    [' while {step} {path}', ' pendant {} {}'],
    [' while connecting', ' pendant l’établissement de la liaison'],
    [' while starting TLS', ' au démarrage de TLS'],
    [' at the login', ' à la connexion'],
    ['', ''],
  ],
  step: [
    ['listing', 'la lecture de la liste de'],
    ['reading', 'la lecture de'],
    ['writing', 'l’écriture de'],
  ],
  again: [
    [
      'restore again, for it may hold a part of that file',
      'restaurez de nouveau, car il contient peut-être une partie de ce fichier',
    ],
    ['capture again', 'capturez de nouveau'],
  ],
  left: [
    ['It is not whole', 'Il n’est pas complet'],
    ['Nothing of it was kept', 'Rien n’en a été gardé'],
  ],
  silence: [
    ['no answer', 'pas de réponse'],
    ['{}', '{}'],
  ],
  authority: [
    ['it is not a file', 'ce n’est pas un fichier'],
    ['{}', '{}'],
  ],
  fault: [
    ['which leads out of it', 'qui mène hors de lui'],
    [
      'which holds control characters and cannot be asked for',
      'qui contient des caractères de commande et ne peut pas être demandé',
    ],
    ['which is not UTF-8', 'qui n’est pas en UTF-8'],
    ['which is longer than any disk can keep', 'qui est plus long que ce qu’un disque peut garder'],
  ],
  depth: [
    ['folders {} deep', '{} niveaux de dossiers'],
    ['more than {} entries', 'plus de {} entrées'],
  ],
}

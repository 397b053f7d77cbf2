import type { Phrases, Template } from './french-template.ts'

/** Of the connectors over SSH (src/capture/ssh, src/capture/sftp, src/capture/ssh-cli). */
export const sshTemplates: readonly Template[] = [
  ['{} does not answer ({}).', '{} ne répond pas ({}).'],
  [
    'Check that the device is switched on, its address, and the firewall in between.',
    'Vérifiez que l’équipement est sous tension, son adresse, et le pare-feu entre les deux.',
  ],
  ['{} accepts no further session.', '{} n’accepte pas d’autre session.'],
  ["Close the engineering tool's connection or wait.", 'Fermez la liaison de l’outil d’ingénierie, ou attendez.'],
  ['{} and we do not understand each other ({}).', '{} et nous ne nous comprenons pas ({}).'],
  ["Check that the port is the device's SSH port.", 'Vérifiez que le port est bien le port SSH de l’équipement.'],
  ['the connection to {} broke {when} ({reason}).', 'la liaison avec {} s’est rompue {} ({}).'],
  ['Check the network and whether the device restarted.', 'Vérifiez le réseau, et si l’équipement a redémarré.'],
  ['{} {late} in time.', '{} {}.'],
  [
    'Check that the device is switched on and not overloaded, and the network in between.',
    'Vérifiez que l’équipement est sous tension et pas surchargé, et le réseau entre les deux.',
  ],
  [
    'the device refused the login for user "{}" ({reason}).',
    'l’équipement a refusé la connexion de l’utilisateur « {} » ({}).',
  ],
  ['{} offers no encryption that is safe today ({}).', '{} ne propose aucun chiffrement sûr aujourd’hui ({}).'],
  [
    'Renew its firmware: not even the legacy algorithms are common to both.',
    'Renouvelez son micrologiciel : même les anciens algorithmes ne sont pas communs aux deux.',
  ],
  [
    "Renew the device's firmware, or accept the risk with `legacy: true` in the item's options.",
    'Renouvelez le micrologiciel de l’équipement, ou acceptez le risque avec `legacy: true` dans les options de l’élément.',
  ],
  [
    '{} shows the host key {}, the site file allows {} only.',
    '{} présente la clé d’hôte {}, le fichier du site n’admet que {}.',
  ],
  [
    'If the device was replaced, correct hostKey; if not, somebody may stand in between.',
    'Si l’équipement a été remplacé, corrigez hostKey ; sinon, quelqu’un s’est peut-être interposé.',
  ],
  [
    'the secret {} holds no private key that can be opened.',
    'le secret {} ne contient pas de clé privée qui puisse être ouverte.',
  ],
  ['no address to connect to.', 'pas d’adresse où se connecter.'],
  [
    'Give the asset {} an address, or the item the option host.',
    'Donnez une adresse à l’équipement {}, ou l’option host à l’élément.',
  ],
  // SFTP
  [
    '{} let us in but opened no SFTP session ({}).',
    '{} nous a laissés entrer, mais n’a pas ouvert de session SFTP ({}).',
  ],
  ['Switch SFTP on, for this user, on the device.', 'Activez SFTP pour cet utilisateur, sur l’équipement.'],
  ['{} went silent for {} s in the middle of the work.', '{} est resté muet {} s en plein travail.'],
  ['Check the network, and whether the device is overloaded.', 'Vérifiez le réseau, et si l’équipement est surchargé.'],
  ['{} ended the SFTP session in the middle of the work.', '{} a fermé la session SFTP en plein travail.'],
  ['Check whether the device restarted.', 'Voyez si l’équipement a redémarré.'],
  ['the device has no {}.', 'l’équipement n’a pas {}.'],
  [
    'Check options.path; capture again if it was deleted just now.',
    'Vérifiez options.path ; capturez de nouveau si cela vient d’être supprimé.',
  ],
  [
    'the device cannot write {}: its folder does not exist.',
    'l’équipement ne peut pas écrire {} : son dossier n’existe pas.',
  ],
  ['the device does not let this user {toverb} {}.', 'l’équipement ne permet pas à cet utilisateur {} {}.'],
  ['Give the user the right to.', 'Donnez-en le droit à l’utilisateur.'],
  ['the device cannot do what is needed to {verb} {}.', 'l’équipement ne sait pas faire ce qu’il faut pour {} {}.'],
  ['Use another connector.', 'Utilisez un autre connecteur.'],
  [
    'the device failed to {verb} {} and says no more than that.',
    'l’équipement n’a pas réussi à {} {}, et n’en dit pas plus.',
  ],
  ["Check the file and the device's free space.", 'Vérifiez le fichier et la place libre sur l’équipement.'],
  [
    'the device answered wrongly when asked to {toverb} {} ({}).',
    'l’équipement a mal répondu à la demande {} {} ({}).',
  ],
  ['{} changed on the device while it was read.', '{} a changé sur l’équipement pendant la lecture.'],
  [
    'the device sent {} of the {} bytes of {} and called it the end.',
    'l’équipement a envoyé {} des {} octets de {} et a dit que c’était la fin.',
  ],
  ["Check the device's storage and capture again.", 'Vérifiez le stockage de l’équipement et capturez de nouveau.'],
  [
    'the name {} in {} is not UTF-8 on the device, so that the file cannot be asked for.',
    'le nom {} dans {} n’est pas en UTF-8 sur l’équipement : le fichier ne peut pas être demandé.',
  ],
  ['Rename it, or exclude the folder.', 'Renommez-le, ou excluez le dossier.'],
  ['the device lists {} in {}, which cannot be.', 'l’équipement liste {} dans {}, ce qui ne se peut pas.'],
  [
    'Check its firmware, and for a folder that contains itself.',
    'Vérifiez son micrologiciel, et qu’aucun dossier ne se contient lui-même.',
  ],
  ['{} was listed and is gone.', '{} était dans la liste et a disparu.'],
  // the command line
  [
    '{} ended the session in the middle of {stage}, after {} bytes.',
    '{} a fermé la session au milieu de {}, après {} octets.',
  ],
  ['{} ended the session during {stage}.', '{} a fermé la session pendant {}.'],
  [
    'Check the network, whether the device restarted, and that it does not log the user out, then capture again.',
    'Vérifiez le réseau, si l’équipement a redémarré, et qu’il ne déconnecte pas l’utilisateur, puis capturez de nouveau.',
  ],
  [
    'during {stage} {} waits with "{}", which the model {} does not know.',
    'pendant {}, {} attend avec « {} », que le modèle {} ne connaît pas.',
  ],
  [
    'Check the option model, and log in by hand once: a question after the login or an expired password may be in the way.',
    'Vérifiez l’option model, et connectez-vous une fois à la main : une question après la connexion ou un mot de passe expiré peut bloquer.',
  ],
  ['{} fell silent for {} s during {stage}, after {} bytes.', '{} est resté muet {} s pendant {}, après {} octets.'],
  [
    'Check that the device is not overloaded, or allow it more time (idle timeout).',
    'Vérifiez que l’équipement n’est pas surchargé, ou donnez-lui plus de temps (timeouts.idle).',
  ],
  [
    'during {stage} the prompt of {} changed from "{}" to "{}", so that nobody can tell whether the answer is whole.',
    'pendant {}, l’invite de {} est passée de « {} » à « {} » : personne ne peut dire si la réponse est complète.',
  ],
  [
    'Check that nobody renames the device at this moment, and the commands of the item.',
    'Vérifiez que personne ne renomme l’équipement en ce moment, et les commandes de l’élément.',
  ],
  ['{} did not run "{}": "{answer}".', '{} n’a pas exécuté « {} » : « {} ».'],
  [
    'Give the user the right to read the whole configuration, or set enableSecret.',
    'Donnez à l’utilisateur le droit de lire toute la configuration, ou indiquez enableSecret.',
  ],
  [
    "Check the option model against the device and its firmware; the option commands replaces a model's command.",
    'Comparez l’option model avec l’équipement et son micrologiciel ; l’option commands remplace une commande du modèle.',
  ],
  ['{} answered "{}" with nothing.', '{} n’a rien répondu à « {} ».'],
  [
    'Run it by hand with the same user: it may lack a right, or the command may be another one.',
    'Exécutez-la à la main avec le même utilisateur : un droit lui manque peut-être, ou la commande est autre.',
  ],
  [
    'what {} answered to "{}" stops after {} bytes without the mark that ends a whole configuration.',
    'la réponse de {} à « {} » s’arrête après {} octets, sans la marque qui termine une configuration complète.',
  ],
  [
    'Capture again; if it stays so, run the command by hand and compare its last lines.',
    'Capturez de nouveau ; si cela persiste, exécutez la commande à la main et comparez ses dernières lignes.',
  ],
  ['{} asks for the enable password.', '{} demande le mot de passe du mode privilégié (enable).'],
  [
    "Store it with secrets set NAME and name it in the item's option enableSecret.",
    'Enregistrez-le avec secrets set NOM et nommez-le dans l’option enableSecret de l’élément.',
  ],
  ['{} refused the enable password.', '{} a refusé le mot de passe du mode privilégié (enable).'],
  ['{} stays unprivileged after "{}".', '{} reste sans privilège après « {} ».'],
  [
    'Give the user the right to it, or check secrets set of its enableSecret.',
    'Donnez-en le droit à l’utilisateur, ou vérifiez le secret de son enableSecret (secrets set).',
  ],
  [
    '{} sent more than {} MiB during {stage}, which is no configuration.',
    '{} a envoyé plus de {} Mio pendant {}, ce qui n’est pas une configuration.',
  ],
  ['Check the command and the option model.', 'Vérifiez la commande et l’option model.'],
  ['{} accepted the login but does not open {opened}.', '{} a accepté la connexion, mais n’ouvre pas {}.'],
  [
    'Check that the user may use the command line over SSH, and that no other session holds it.',
    'Vérifiez que l’utilisateur a droit à la ligne de commande par SSH, et qu’aucune autre session ne l’occupe.',
  ],
  ['there is no model {}.', 'il n’y a pas de modèle {}.'],
  ['Choose one of {}.', 'Choisissez l’un de {}.'],
  ['{} has no {}. Check options.path.', '{} n’a pas {}. Vérifiez options.path.'],
]

export const sshPhrases: Phrases = {
  when: [
    ['in the middle of the work', 'en plein travail'],
    ['before the login was done', 'avant la fin de la connexion'],
  ],
  reason: [
    ['closed by the device', 'fermée par l’équipement'],
    ['the device asks for a new password', 'l’équipement demande un nouveau mot de passe'],
    ['{}', '{}'],
  ],
  late: [
    ['did not answer', 'n’a pas répondu à temps'],
    ['did not finish the login', 'n’a pas terminé la connexion à temps'],
    ['went silent', 's’est tu trop longtemps'],
  ],
  stage: [
    ['the wait for its first prompt', 'l’attente de sa première invite'],
    ['the step to the privileged mode', 'le passage au mode privilégié'],
    ['"{}"', '« {} »'],
  ],
  answer: [
    ['exit status {}', 'état de sortie {}'],
    ['{}', '{}'],
  ],
  opened: [
    ['its command line', 'sa ligne de commande'],
    ['a channel for "{}"', 'de canal pour « {} »'],
  ],
}

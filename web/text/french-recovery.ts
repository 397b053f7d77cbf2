/** What the recovery of a process takes, as the node says it; between ids of site.yaml. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/^what people do$/u, 'ce que font les personnes'],
  [/^work after losing up to (.+)$/u, 'le travail après une perte de $1 au plus'],
  [/^work after any loss$/u, 'le travail après toute perte'],
  [/^how much is lost$/u, 'combien est perdu'],
  [/^setting up (\S+), of which nothing is backed up$/u, 'remettre en service $1, dont rien n’est sauvegardé'],
  [
    /^hardware (\S+): what it runs on is not stated \(needs\)$/u,
    'matériel de $1 : ce sur quoi il tourne n’est pas indiqué (needs)',
  ],
  [
    /^hardware (\S+): no spare and no lead time is stated$/u,
    'matériel de $1 : ni rechange ni délai de livraison indiqués',
  ],
  [/^hardware (\S+): no lead time is stated$/u, 'matériel de $1 : délai de livraison non indiqué'],
  [
    /^hardware (\S+): how long replacing it takes is not stated$/u,
    'matériel de $1 : durée du remplacement non indiquée',
  ],
  [/^hardware (\S+)$/u, 'le matériel de $1'],
  [/^restore (\S+)$/u, 'la restauration de $1'],
  [/^restoring (\S+): never measured$/u, 'la restauration de $1 : jamais mesurée'],
  // the steps under recovery in site.yaml
  [/^detect$/u, 'constater'],
  [/^decide$/u, 'décider'],
  [/^isolate$/u, 'isoler'],
  [/^keys$/u, 'réunir les clés'],
  [/^media$/u, 'réunir les supports'],
  [/^reconfigure$/u, 'reconfigurer'],
  [/^reissue$/u, 'réémettre les accès'],
  [/^validate$/u, 'valider'],
]

/** One of them in French; itself where it is not known. */
export function frenchPart(words: string): string {
  for (const [pattern, french] of parts) if (pattern.test(words)) return words.replace(pattern, french)
  return words
}

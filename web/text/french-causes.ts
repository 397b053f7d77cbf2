/** What the node says of a cause: phrases that never change, between ids of site.yaml, numbers and days. In the order in which they are replaced. */
const phrases: readonly (readonly [RegExp, string])[] = [
  // severity
  [/^no harm/u, 'aucun dommage'],
  [/^minor, over within the shift/u, 'mineur, résolu pendant le poste'],
  [/^a line stops, within its MTD/u, 'une ligne s’arrête, dans les limites de sa MTD'],
  [/^a process stops beyond its MTD/u, 'un procédé s’arrête au-delà de sa MTD'],
  [
    /^people or environment harmed, or the site stops beyond its MTD/u,
    'personnes ou environnement atteints, ou le site s’arrête au-delà de sa MTD',
  ],
  [/(?<=\([a-z, ]*)\bsafety\b(?=[a-z, ]*\))/u, 'sécurité'],
  [/(?<=\([\p{L}, ]*)\benvironment\b(?=[a-z, ]*\))/u, 'environnement'],
  [/(?<=\([\p{L}, ]*)\bquality\b(?=[a-z, ]*\))/u, 'qualité'],
  [/ by (\S+); it takes its one asset$/u, ' par $1 ; son seul équipement est pris'],
  [/ by (\S+); it takes (\d+) assets at once$/u, ' par $1 ; $2 équipements sont pris à la fois'],
  // occurrence by failure
  [/^nothing in it wears as one$/u, 'rien n’y vieillit d’un seul bloc'],
  [/^service life not stated/u, 'durée de vie non indiquée'],
  [/^beyond its service life since (\S+)(?=,)/u, 'durée de vie dépassée depuis $1'],
  [/^under (\d+ %) of its service life used \((\S+) to (\S+)\)/u, 'moins de $1 de sa durée de vie écoulés ($2 à $3)'],
  [/, no failure in five years$/u, ', aucune panne en cinq ans'],
  [/, failed on (.+)$/u, ', en panne le $1'],
  // occurrence by attack
  [/^nothing leads in$/u, 'rien n’y mène'],
  [/\breachability (\d), /u, 'accessibilité $1, '],
  [/no conduit leads in, and nothing else stands there/u, 'aucun conduit n’y mène, et rien d’autre ne s’y trouve'],
  [/\bone other machine in its zone/u, 'une autre machine dans sa zone'],
  [/\b(\d+) other machines in its zone/u, '$1 autres machines dans sa zone'],
  [/\bstands on level (\d(?:\.5)?)/gu, 'se trouve au niveau $1'],
  [/\bconduit from (\S+) \(level (\d(?:\.5)?): /gu, 'conduit depuis $1 (niveau $2 : '],
  [/; not counted: /u, ' ; non compté : '],
  [/(?<=accessibilité .*); /u, ' ; '],
  [/^(zone \S+|\S+): /u, '$1 : '],
  // deficit
  [/^nothing of (\S+) is backed up/u, 'rien de $1 n’est sauvegardé'],
  [/^(\S+) has no copy/u, '$1 n’a aucune copie'],
  [/^(\S+) was never read back in /u, '$1 n’a jamais été relu dans '],
  [/^(\S+) is verified in /u, '$1 est vérifié dans '],
  [/, never restored/u, ', jamais restauré'],
  [/\brestored on (\d{4}-\d\d-\d\d): too long ago/u, 'restauré le $1 : il y a trop longtemps'],
  [/\brestored on (\d{4}-\d\d-\d\d)/u, 'restauré le $1'],
  [/, none of them offline or locked/u, ', aucune n’est hors ligne ou verrouillée'],
  [/, out of reach in /u, ', hors d’atteinte dans '],
  [/, and (\d+) more like it$/u, ', et $1 de plus comme lui'],
]

/** What a score of a cause rests on, in French. */
export function frenchCause(words: string): string {
  return phrases.reduce((said, [phrase, french]) => said.replace(phrase, french), words)
}

type Said = (...parts: string[]) => string

const listed = (names = '') => names.replace(/ and (\d+) more$/u, ' et $1 de plus')
const many = (count = '', one: string, more: string) => `${count} ${Number(count) > 1 ? more : one}`

const kinds: Readonly<Record<string, readonly [one: string, more: string]>> = {
  changed: ['modifié', 'modifiés'],
  added: ['ajouté', 'ajoutés'],
  removed: ['supprimé', 'supprimés'],
  moved: ['déplacé', 'déplacés'],
  'changed in layout only': ['modifié dans sa seule présentation', 'modifiés dans leur seule présentation'],
}

/** `2 files changed, 1 added` */
function counts(text: string): string {
  const words = [...text.matchAll(/(\d+) (?:files? )?([a-z ]+)/gu)].map(([whole, count = '', kind = ''], at) => {
    const [one, more] = kinds[kind] ?? [whole, whole]
    return at === 0 ? many(count, `fichier ${one}`, `fichiers ${more}`) : many(count, one, more)
  })
  return words.join(', ')
}

/** What a whole comparison comes to, and what happened to one file. */
const differences: readonly (readonly [RegExp, Said])[] = [
  [/^identical, byte for byte$/u, () => 'identique, octet pour octet'],
  [
    /^equivalent: only volatile bytes differ in (\d+) files: (.+)$/su,
    (count, names) => `équivalent : seuls des octets volatils diffèrent dans ${count} fichiers : ${listed(names)}`,
  ],
  [/^equivalent: (.+?): (only .+)$/su, (path, what = '') => `équivalent : ${path} : ${frenchDifference(what)}`],
  [
    /^((?:\d+ (?:files? )?(?:changed in layout only|changed|added|removed|moved)(?:, )?)+): (.+)$/su,
    (all = '', names) => `${counts(all)} : ${listed(names)}`,
  ],
  [
    /^(\d+) lines? removed, (\d+) lines? added(; only the first differences are shown)?$/u,
    (removed, added, cut) =>
      `${many(removed, 'ligne supprimée', 'lignes supprimées')}, ${many(added, 'ligne ajoutée', 'lignes ajoutées')}${cut === undefined ? '' : ' ; seules les premières différences sont montrées'}`,
  ],
  [
    /^(changed|added|removed): (.+?)(?: \((\d+) times\))?$/su,
    (kind = '', what, times) => `${kinds[kind]?.[0] ?? kind} : ${what}${times === undefined ? '' : ` (${times} fois)`}`,
  ],
  [/^and (\d+) more$/u, count => `et ${count} de plus`],
  [/^new file of (\d+) bytes$/u, bytes => `nouveau fichier de ${bytes} octets`],
  [/^file of (\d+) bytes is gone$/u, bytes => `le fichier de ${bytes} octets a disparu`],
  [/^new folder$/u, () => 'nouveau dossier'],
  [/^folder is gone$/u, () => 'le dossier a disparu'],
  [/^only volatile: (.+)$/su, what => `seulement ce qui change de lui-même : ${what}`],
  [/^only white space differs$/u, () => 'seuls des blancs diffèrent'],
  [
    /^only layout differs: white space, line ends or positions in drawings$/u,
    () => 'seule la présentation diffère : blancs, fins de ligne ou positions dans les dessins',
  ],
  [
    /^binary content differs: (?:(\d+) bytes became )?(\d+) bytes, (?:one place|(\d+) places)(?:, first difference at byte (\d+))?$/u,
    (before, bytes, places, first) => {
      const size = before === undefined ? `${bytes} octets` : `${before} octets sont devenus ${bytes} octets`
      const where = first === undefined ? '' : `, première différence à l’octet ${first}`
      return `le contenu binaire diffère : ${size}, ${places === undefined ? 'un endroit' : `${places} endroits`}${where}`
    },
  ],
]

/** Itself where it is not known. */
export function frenchDifference(words: string): string {
  for (const [pattern, said] of differences) {
    const found = pattern.exec(words)
    if (found !== null) return said(...found.slice(1))
  }
  return words
}

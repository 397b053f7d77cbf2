export interface RecoveryKitParts {
  readonly site: string
  readonly repository: string
  readonly location: string
  readonly made: Date
  readonly random: (n: number) => Uint8Array
}

/** Letters and digits that cannot be mistaken for one another on paper: 32 of them. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** A second password of the repository and the page on which it is printed. 28 letters of 5 bits: 140 bits. */
export function recoveryKit(parts: RecoveryKitParts): { readonly password: string; readonly text: string } {
  const letters = Array.from(parts.random(28), byte => alphabet[byte % 32]).join('')
  const password = (letters.match(/.{4}/g) ?? []).join('-')
  return { password, text: page(parts, password) }
}

function page({ site, repository, location, made }: RecoveryKitParts, password: string): string {
  return `RECOVERY KIT

Site:        ${site}
Repository:  ${repository}
Where:       ${location}
Made:        ${made.toISOString().slice(0, 10)}

Password:    ${password}
             (letters and digits with the hyphens; there is no letter I or O, no digit 0 or 1)

Print this page, put it in a safe, and delete the file. Whoever has this page and the repository can read every backup.
Without this page, and without the node's key file, nobody can.

TO BRING THE NODE BACK, on any machine with Blackstart, in an empty folder:
  write the password into a file, then
  blackstart --site NEW-FOLDER catalog rebuild --repo REPOSITORY-FOLDER --password-file FILE
Where the repository lies elsewhere than site.yaml says, it tells where to move it: then run it once more.

TO READ A BACKUP WITHOUT BLACKSTART, with any stock restic (0.14 or newer):
  restic -r REPOSITORY-FOLDER snapshots            (asks for the password)
  restic -r REPOSITORY-FOLDER restore SNAPSHOT --target FOLDER
  The programs lie in FOLDER/asset/item; FOLDER/.blackstart/capture.json tells what they are of.
`
}

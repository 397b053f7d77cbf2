import assert from 'node:assert/strict'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { it } from 'node:test'
import { restic } from '../../../../lab/peers/restic.ts'
import { type Ran, runBlackstart } from '../../../../lab/run-blackstart.ts'
import type { CopyReport } from '../../../engine/copy/copy-snapshots.ts'
import { pseudoRandom, type Scratch, scratchFolder } from '../../../engine/test-repository.ts'

interface Repository {
  readonly options: readonly string[]
  /** Its options where it is the one that is read. */
  readonly from: readonly string[]
  repo(...words: string[]): Promise<Ran>
  restic(...words: string[]): string
}

async function repositoryAt(scratch: Scratch, name: string): Promise<Repository> {
  const [location, password] = [scratch.path(name), scratch.path(`${name}.password`)]
  await writeFile(password, `the password of ${name}\n`)
  const options = ['-r', location, '-p', password]
  return {
    ...{ options, from: ['--from-repo', location, '--from-password-file', password] },
    repo: (...words) => runBlackstart(['repo', ...words, ...options]),
    restic: restic(location, password),
  }
}

interface ConfigJson {
  readonly id: string
  readonly chunker_polynomial: string
}

const configOf = (repository: Repository) => JSON.parse(repository.restic('cat', 'config')) as ConfigJson
const chunksOf = (repository: Repository) =>
  repository
    .restic('list', 'blobs')
    .split('\n')
    .filter(line => line.startsWith('data'))
    .sort()

it('makes a repository that cuts files where another of restic’s does, so that copies find their chunks there', async () => {
  await using scratch = await scratchFolder()
  const theirs = await repositoryAt(scratch, 'theirs')
  const ours = await repositoryAt(scratch, 'ours')
  await mkdir(scratch.path('source'))
  await writeFile(scratch.path('source', 'image.bin'), pseudoRandom(3, 12_000_000))
  theirs.restic('init')
  theirs.restic('backup', scratch.path('source'))

  assert.equal((await ours.repo('init', '--copy-chunker-params', ...theirs.from)).code, 0)
  assert.equal(configOf(ours).chunker_polynomial, configOf(theirs).chunker_polynomial)
  assert.notEqual(configOf(ours).id, configOf(theirs).id)

  assert.equal((await ours.repo('backup', scratch.path('source'))).code, 0)
  const chunks = chunksOf(ours)
  assert.ok(chunks.length > 4)
  assert.deepEqual(chunks, chunksOf(theirs))
  const copied = await ours.repo('copy', ...theirs.from, '--json')
  assert.equal((copied.json() as CopyReport).copied.length, 1)
  assert.deepEqual(chunksOf(ours), chunks)
  assert.match(ours.restic('check', '--read-data'), /no errors were found/)
})

it('cuts files in a way of its own where nothing else is said', async () => {
  await using scratch = await scratchFolder()
  const [one, other] = [await repositoryAt(scratch, 'one'), await repositoryAt(scratch, 'other')]
  for (const { repo } of [one, other]) assert.equal((await repo('init')).code, 0)
  assert.notEqual(configOf(one).chunker_polynomial, configOf(other).chunker_polynomial)
})

it('makes nothing where it is not said what is wanted of the other repository, or where that cannot be opened', async () => {
  await using scratch = await scratchFolder()
  const [other, made] = [await repositoryAt(scratch, 'other'), await repositoryAt(scratch, 'made')]
  const refused = async (code: number, message: RegExp, ...words: string[]) => {
    const ran = await made.repo('init', ...words)
    assert.equal(ran.code, code, ran.err)
    assert.match(ran.err, message)
    await assert.rejects(stat(scratch.path('made')), { code: 'ENOENT' })
  }
  await refused(2, /Add --copy-chunker-params/, ...other.from)
  await refused(2, /From which repository\?/, '--copy-chunker-params')
  await refused(1, /holds no repository/, '--copy-chunker-params', ...other.from)
})

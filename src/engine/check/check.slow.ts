import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { it } from 'node:test'
import { BlackstartError } from '../../errors.ts'
import { localBackend } from '../../storage/local/local-backend.ts'
import { check } from '../check.ts'
import { assertHolds, type Contents, store } from '../prune/test-snapshots.ts'
import { repairFromCopy } from '../repair/repair-from-copy.ts'
import { type Damage, damages, filesOf, inflict, picker } from '../repair/test-damage.ts'
import { openRepository, type Repository } from '../repository.ts'
import { addPassword, newRepository, options, password, pseudoRandom, scratchFolder } from '../test-repository.ts'

const signal = AbortSignal.timeout(3_000_000)
const wanted = 2000
/** Damages that are healed together. */
const damagesAtOnce = 8

const contents = Array.from(
  { length: 6 },
  (_, i): Contents => ({
    shared: pseudoRandom(0, 60_000),
    [`f${i}`]: pseudoRandom(i + 1, 30_000 + i * 9000),
    'plc/text': Buffer.from(`recipe ${i}\n`.repeat(900)),
    empty: Buffer.alloc(0),
  }),
)

/** Packs first: what an index does not name any more is no part of the repository, and is not read. */
const order = ['data', 'snapshots', 'index']
const kindOf = (file: string): string => file.split('/')[0] ?? ''

/** Different files, but for those that a swap takes along. */
function choose(
  files: readonly string[],
  pick: (below: number) => number,
): { file: string; damage: Damage; other: string }[] {
  const left = [...files]
  const take = () => left.splice(pick(left.length), 1)[0] ?? ''
  const chosen = Array.from({ length: damagesAtOnce }, () => {
    const [any, file] = [damages[pick(damages.length)] ?? 'bit', take()]
    const damage = any === 'removed' && kindOf(file) === 'index' ? 'cut' : any
    return { file, damage, other: damage === 'swapped' ? take() : '' }
  })
  const rank = ({ file, other }: { file: string; other: string }) =>
    Math.max(order.indexOf(kindOf(file)), order.indexOf(kindOf(other)))
  return chosen.sort((a, b) => rank(a) - rank(b))
}

async function open(folder: string): Promise<Repository> {
  return await openRepository(localBackend(folder), password, options, signal)
}

/** What a person is told who opens the repository and checks it. */
async function told(folder: string, copy: Repository): Promise<string> {
  try {
    const { problems, unlisted } = await check(await open(folder), { readData: true, copy: copy.backend }, signal)
    assert.equal(unlisted, 0)
    return problems.map(({ file, message }) => `${file} ${message}`).join('\n')
  } catch (error) {
    // a key that is gone looks like a password that was taken back
    assert.ok(error instanceof BlackstartError && /^(integrity|wrong-password)$/.test(error.code), String(error))
    return `${String(error.facts.file ?? error.code)} ${error.message}`
  }
}

it(`finds and names each of ${wanted} damages, and heals all of them out of a second copy`, async t => {
  const seed = Date.now() >>> 0
  t.diagnostic(`seed ${seed}`)
  const pick = picker(seed)
  await using scratch = await scratchFolder()
  const folder = scratch.path('r')
  const { repository } = await newRepository(folder, signal)
  await addPassword(repository, 'second', signal)
  const ids: string[] = []
  for (const each of contents) ids.push(await store(repository, each))
  await cp(folder, scratch.path('copy'), { recursive: true })
  const copy = await open(scratch.path('copy'))
  const counts = new Map<string, number>()
  let inflicted = 0
  const assertTold = async (file: string, damage: Damage): Promise<void> => {
    const text = await told(folder, copy)
    // of an index that is gone, what it named is told
    const instead = { index: /no index knows/, keys: /^wrong-password/ }[kindOf(file)]
    const isNamed = text.includes(file) || (damage === 'removed' && instead?.test(text) === true)
    assert.ok(isNamed, `${damage} of ${file} is not found: ${text}`)
    const key = `${damage} of ${kindOf(file)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
    inflicted += 1
  }
  const inflictOn = async (file: string, damage: Damage, other: string): Promise<void> => {
    await inflict(folder, file, damage, pick, other)
    await assertTold(file, damage)
    if (damage === 'swapped') await assertTold(other, damage)
  }
  const heal = async (): Promise<void> => {
    const damaged = { backend: localBackend(folder), password, open: options }
    const report = await repairFromCopy(damaged, copy, { bringBack: { snapshots: true, keys: true } }, signal)
    assert.deepEqual([report.problems, report.absent], [[], []])
    const healed = await open(folder)
    const after = await check(healed, { readData: true, copy: copy.backend }, signal)
    assert.deepEqual([after.problems, after.unreferencedPacks], [[], []], JSON.stringify(report.healed))
    const snapshots = await healed.snapshots(signal)
    assert.deepEqual(snapshots.map(({ id }) => id).sort(), ids.toSorted())
    const which = pick(ids.length)
    await assertHolds(healed, ids[which] ?? '', contents[which] ?? {})
  }
  while (inflicted < wanted) {
    const round = pick(12)
    // Healed repositories come to have other files than the copy, and the next damages have to be healed by blobs. An index
    // file may then name what others name too: one that nobody misses.
    if (round < 4) {
      await rm(folder, { recursive: true })
      await cp(scratch.path('copy'), folder, { recursive: true })
    }
    const files = await filesOf(folder)
    const alone = files.filter(file => kindOf(file) === 'config' || kindOf(file) === 'keys')
    const others = files.filter(file => !alone.includes(file))
    const indexes = files.filter(file => kindOf(file) === 'index')
    const rounds = [
      // without the config, or the password's key, nothing else can be told
      async () => inflictOn(alone[pick(alone.length)] ?? '', damages[pick(damages.length - 1)] ?? 'bit', ''),
      // what only this one names is told by those who need it: they must be in order
      async () => inflictOn(indexes[pick(indexes.length)] ?? '', 'removed', ''),
    ]
    const single = rounds[round]
    if (single !== undefined) await single()
    else for (const { file, damage, other } of choose(others, pick)) await inflictOn(file, damage, other)
    await heal()
  }
  for (const [key, count] of [...counts].sort()) t.diagnostic(`${count} × ${key}`)
})

// Opens a repository, loads its index, and says how many blobs it names. bin/node bench/engine/scale/open-index.ts REPOSITORY PASSWORD-FILE
import { readFile } from 'node:fs/promises'
import { openRepository } from '../../../src/engine/repository.ts'
import { localBackend } from '../../../src/storage/local/local-backend.ts'

const [folder = '', passwordFile = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const password = (await readFile(passwordFile, 'utf8')).trimEnd()
const repository = await openRepository(localBackend(folder), password, {}, signal)
const index = await repository.loadIndex(signal)
process.stdout.write(`${index.blobs} blobs\n`)

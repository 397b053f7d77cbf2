import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { arePagesStale } from './built-pages.ts'

test('pages are built again once something of them has changed, come or gone since', async () => {
  const checkout = await mkdtemp(path.join(os.tmpdir(), 'blackstart-checkout-'))
  try {
    const write = async (name: string, seconds: number) => {
      const file = path.join(checkout, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, '')
      await utimes(file, seconds, seconds)
    }
    const settle = async () => {
      for (const folder of ['web', 'web/features', 'src/api/schema'])
        await utimes(path.join(checkout, folder), 100, 100)
    }
    for (const name of ['web/main.tsx', 'web/features/page.tsx', 'src/api/schema/item.ts', 'package-lock.json']) {
      await write(name, 100)
    }
    await settle()
    assert.equal(await arePagesStale(checkout), true, 'there are none')
    await write('dist/web/index.html', 200)
    assert.equal(await arePagesStale(checkout), false)
    for (const name of ['web/features/page.tsx', 'src/api/schema/item.ts', 'package-lock.json']) {
      await write(name, 300)
      assert.equal(await arePagesStale(checkout), true, name)
      await write(name, 100)
      await settle()
      assert.equal(await arePagesStale(checkout), false, name)
    }
    await rm(path.join(checkout, 'web/features/page.tsx'))
    assert.equal(await arePagesStale(checkout), true, 'a file has gone')
  } finally {
    await rm(checkout, { recursive: true, force: true })
  }
})

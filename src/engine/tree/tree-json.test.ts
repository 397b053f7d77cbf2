import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { compareBytes, decodeBytes, encodeBytes } from './byte-string.ts'
import { goMode, permissionsOf } from './file-mode.ts'
import { goQuote, goString, goUnquote } from './go-json.ts'
import { formatTime, isTime, parseTime } from './go-time.ts'
import { decodeTree, encodeTree } from './tree-json.ts'
import type { TreeNode } from './tree-node.ts'

const time = '2026-11-23T04:56:22.996217298Z'
const base = { mtime: time, atime: time, ctime: time, uid: 0, gid: 0 } as const
const file: TreeNode = { ...base, name: 'a', type: 'file', content: [] }
const id = 'ac08ce34ba4f8123618661bef2425f7028ffb9ac740578a3ee88684d2523fee8'

/** Written by restic 0.18. */
const written = [
  `{"name":"l2","type":"symlink","mode":134218239,"mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"user":"root","group":"root","inode":2146368,"device_id":65024,"links":1,"linktarget":"t\\ufffd\\u003c","linktarget_raw":"dP48","content":null}`,
  `{"name":"n\\\\xffa\\u003c\\u0026\\u003e\\\\x01","type":"file","mode":420,"mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"user":"root","group":"root","inode":2146367,"device_id":65024,"size":1,"links":1,"content":["${id}"]}`,
  `{"name":"sub","type":"dir","mode":2147484141,"mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"content":null,"subtree":"${id}"}`,
]

it('reads a tree of restic’s and writes the same bytes again', () => {
  const bytes = Buffer.from(`{"nodes":[${written.join(',')}]}\n`)
  const nodes = decodeTree(bytes)
  assert.ok(nodes)
  assert.deepEqual(encodeBytes(nodes[1]!.name), Buffer.from('n\xffa<&>\x01', 'latin1'))
  assert.deepEqual(encodeBytes(nodes[0]!.linktarget!), Buffer.from('t\xfe<', 'latin1'))
  assert.equal(encodeTree(nodes).toString(), bytes.toString())
  assert.equal(encodeTree(nodes.toReversed()).toString(), bytes.toString())
})

it('writes an empty tree and an empty file as restic does', () => {
  assert.equal(encodeTree([]).toString(), '{"nodes":[]}\n')
  const file = encodeTree([{ ...base, name: 'f', type: 'file', size: 0, content: [] }]).toString()
  assert.ok(file.endsWith('"uid":0,"gid":0,"content":[]}]}\n'))
})

it('keeps fields that it does not know, and numbers beyond 2^53', () => {
  const text = `{"nodes":[{"name":"a","type":"file","mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"inode":18446744073709551615,"content":[],"future":{"x":[1,"<"]}}]}\n`
  const nodes = decodeTree(Buffer.from(text))
  assert.equal(nodes?.[0]?.inode, 18446744073709551615n)
  assert.equal(encodeTree(nodes).toString(), text.replace('<', '\\u003c'))
})

it('keeps a number that JavaScript would change, wherever it stands', () => {
  const numbers = '{"list":[1.0,1e400,-0,5E-1,123456789012345678901234567890]}'
  const text = `{"nodes":[{"name":"a","type":"file","mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"generic_attributes":{"windows.creation_time":18446744073709551615},"content":[],"future":${numbers}}]}\n`
  const nodes = decodeTree(Buffer.from(text))
  assert.ok(nodes)
  assert.equal(encodeTree(nodes).toString(), text)
})

it('takes null for no value, and half a surrogate pair for no byte, as Go does', () => {
  const raw = `{"name":"a","type":"symlink","mode":null,"mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0,"user":null,"linktarget":"\\udc80","subtree":null,"content":null}`
  assert.deepEqual(decodeTree(Buffer.from(`{"nodes":[${raw}]}`)), [
    { ...base, name: 'a', type: 'symlink', linktarget: '\ufffd', content: null },
  ])
  assert.deepEqual(decodeTree(Buffer.from('{"nodes":null}')), [])
})

it('says null for what is not a tree', () => {
  const bad = [
    '',
    '[]',
    'null',
    '{"nodes":1}',
    '{"nodes":[{}]}',
    '{"nodes":[null]}',
    `{"nodes":[${written[2]!.replace('dir', 'door')}]}`,
  ]
  bad.push(`{"nodes":[${written[1]!.replace(id, 'short')}]}`, `{"nodes":[${written[1]!.replace('\\\\xff', '\\\\q')}]}`)
  const wrong = {
    ...{
      mode: -1,
      mtime: '2026-02-29T00:00:00Z',
      atime: 'yesterday',
      ctime: null,
      uid: -1,
      gid: 2 ** 32,
      user: 5,
      group: [],
    },
    ...{
      inode: 1.5,
      device_id: '1',
      device: -1,
      size: 2 ** 53,
      links: {},
      linktarget: 1,
      linktarget_raw: 'x',
      error: 0.5,
    },
    ...{
      extended_attributes: [{ name: 'user.a', value: '~' }],
      generic_attributes: [1],
      content: 'none',
      subtree: id.slice(1),
    },
  }
  for (const [field, value] of Object.entries(wrong))
    bad.push(`{"nodes":[${JSON.stringify({ ...file, [field]: value })}]}`)
  for (const field of ['inode', 'generic_attributes', 'extended_attributes', 'mtime', 'size']) {
    bad.push(`{"nodes":[${JSON.stringify(file).replace('}', `,"${field}":18446744073709551616}`)}]}`)
  }
  for (const text of bad) assert.equal(decodeTree(Buffer.from(text)), null, text)
  assert.equal(decodeTree(Buffer.from(`{"nodes":[${JSON.stringify(file)}]}`))?.length, 1)
})

it('refuses two entries of one name', () => {
  assert.throws(() => encodeTree([file, file]), /two entries named a/)
})

it('keeps every byte string exact, in the order of its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), fc.uint8Array({ maxLength: 24 }), (a, b) => {
      assert.deepEqual(new Uint8Array(encodeBytes(decodeBytes(a))), a)
      assert.equal(Math.sign(compareBytes(decodeBytes(a), decodeBytes(b))), Math.sign(Buffer.compare(a, b)))
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.equal(decodeBytes(Buffer.from(text)), text.isWellFormed() ? text : decodeBytes(Buffer.from(text)))
    }),
  )
})

it('unquotes what it quotes, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), bytes => {
      const quoted = goQuote(decodeBytes(bytes))
      assert.deepEqual(new Uint8Array(goUnquote(quoted) ?? []), bytes)
      assert.equal(JSON.parse(goString(quoted)), quoted)
    }),
  )
})

it('quotes as Go does', () => {
  const cases: [string, string][] = [
    ['plain name.txt', 'plain name.txt'],
    ['a"b\\c', 'a\\"b\\\\c'],
    ['\x07\b\f\n\r\t\v\x00\x1b\x7f', '\\a\\b\\f\\n\\r\\t\\v\\x00\\x1b\\x7f'],
    ['é漢🤖', 'é漢🤖'],
    ['\u00a0\u2028\ufeff\ue000', '\\u00a0\\u2028\\ufeff\\ue000'],
    ['\u{e0001}\u{10ffff}', '\\U000e0001\\U0010ffff'],
    ['\udc80\udcff', '\\x80\\xff'],
  ]
  for (const [text, quoted] of cases) {
    assert.equal(goQuote(text), quoted)
    assert.deepEqual(goUnquote(quoted), encodeBytes(text))
  }
})

it('unquotes what Go unquotes, and nothing else', () => {
  assert.deepEqual(goUnquote('\\101\\377\\X'.slice(0, 8)), Buffer.from('A\xff', 'latin1'))
  for (const text of ['\\400', '\\9', '\\X41', '\\x4', '\\ud800', '\\U00110000', "\\'", '\\', '"', '\n']) {
    assert.equal(goUnquote(text), null, text)
  }
})

it('writes times as Go does, and reads them back', () => {
  const zone = process.env.TZ
  try {
    const cases: [string, bigint, string][] = [
      ['UTC', -62_167_219_200_000_000_001n + 1n, '0000-01-01T00:00:00Z'],
      ['UTC', 253_402_300_799_999_999_999n, '9999-12-31T23:59:59.999999999Z'],
      ['UTC', 0n, '1970-01-01T00:00:00Z'],
      ['UTC', 1_700_000_000_120_000_000n, '2023-11-14T22:13:20.12Z'],
      ['UTC', -1n, '1969-12-31T23:59:59.999999999Z'],
      ['Europe/Paris', 1_700_000_000_000_000_001n, '2023-11-14T23:13:20.000000001+01:00'],
      ['Europe/Paris', 1_720_000_000_000_000_000n, '2024-07-03T11:46:40+02:00'],
      ['America/St_Johns', 1_700_000_000_000_000_000n, '2023-11-14T18:43:20-03:30'],
    ]
    for (const [name, nanoseconds, text] of cases) {
      process.env.TZ = name
      assert.equal(formatTime(nanoseconds), text)
      assert.equal(parseTime(text), nanoseconds)
      assert.ok(isTime(text))
    }
    process.env.TZ = 'UTC'
    assert.equal(formatTime(253_402_300_800_000_000_000n), '9999-01-01T00:00:00Z')
    assert.equal(formatTime(2n ** 63n * 1_000_000_000n).slice(0, 4), '9999')
    assert.equal(formatTime(-(2n ** 63n) * 1_000_000_000n).slice(0, 4), '0000')
  } finally {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  }
})

it('turns permissions into Go’s mode bits and back', () => {
  assert.equal(goMode('dir', 0o755), 2147484141)
  assert.equal(goMode('file', 0o4755), 8389101)
  assert.equal(goMode('dir', 0o1777), 2148532735)
  assert.equal(goMode('fifo', 0o644), 33554852)
  for (let permissions = 0; permissions < 0o10000; permissions += 1) {
    assert.equal(permissionsOf(goMode('file', permissions)), permissions)
  }
})

import { readlinkSync } from 'node:fs'
import path from 'node:path'
import { BlackstartError, systemCode } from '../../errors.ts'
import { type FileStat, type Moment, type OpenFolder, openFolder } from '../files/file-stat.ts'
import { reach } from '../files/long-path.ts'
import { decodeBytes } from '../tree/byte-string.ts'
import { decodeTree } from '../tree/tree-json.ts'
import type { TreeNode } from '../tree/tree-node.ts'
import { failureOf } from './failure.ts'
import { withSubtree } from './folder-part.ts'
import type { FailedEntry, FolderJob, FolderPart, FolderRules } from './messages.ts'
import { ParentNodes } from './parent-nodes.ts'
import { attributesOf, type Source, textOf } from './source.ts'
import { SourceFile } from './source-file.ts'

/** Entries that one job takes. */
const mostEntries = 512
/** Bytes of content after which a job leaves the rest to others. */
const mostBytes = 32 * 1024 * 1024

/** Stores the small files of a folder, and makes the nodes of all that is in it. Throws where the folder cannot be listed. */
export function storeFolder(job: FolderJob, source: Source): FolderPart {
  using folder = openFolder(job.folder)
  return new FolderRun(job, folder, source).result()
}

class FolderRun {
  readonly #job: FolderJob
  readonly #folder: OpenFolder
  readonly #source: Source
  readonly #parent: ParentNodes
  /** Bytes of content. */
  #read = 0
  /** What was found so far is what the parent has. */
  #isSame = true
  readonly #part = {
    nodes: [] as (string | null)[],
    folders: [] as { at: number; name: string; node: string; before: string | null; isSame: boolean }[],
    large: [] as { at: number; name: string; isChanged: boolean }[],
    rest: [] as string[],
    failures: [] as FailedEntry[],
    ...{ files: 0, others: 0, unchanged: 0, changed: 0, bytes: 0 },
  }

  constructor(job: FolderJob, folder: OpenFolder, source: Source) {
    this.#job = job
    this.#folder = folder
    this.#source = source
    this.#parent = new ParentNodes(job.parent)
  }

  result(): FolderPart {
    const all = this.#job.names ?? this.#folder.names()
    const { byPath } = this.#source.exclusion
    const names = byPath === null ? all : all.filter(name => !byPath(this.#path(name)))
    for (const name of names) {
      if (this.#part.nodes.length === mostEntries || this.#read > mostBytes) break
      this.#part.nodes.push(this.#attempt(name))
    }
    const { nodes } = this.#part
    this.#part.rest = names.slice(nodes.length)
    const isWhole = this.#job.names === null && this.#part.rest.length === 0
    const isSame = this.#isSame && isWhole && this.#job.parent !== null && this.#parent.areAllFound
    return { ...this.#part, isSame, nodes: isSame ? [] : nodes }
  }

  /** What the system says about a file is that file's trouble; all else is ours. */
  #attempt(name: string): string | null {
    const before = this.#parent.find(name)
    const folders = this.#part.folders.length
    try {
      const node = this.#entry(name, before)
      if (this.#part.folders.length === folders) this.#isSame &&= node !== null && node === before
      return node
    } catch (error) {
      if (error instanceof BlackstartError || systemCode(error) === null) throw error
      this.#part.failures.push({ path: this.#path(name), failure: failureOf(error) })
      this.#isSame = false
      return null
    }
  }

  #entry(name: string, before: string | null): string | null {
    const stat = this.#folder.stat(name)
    const at = this.#part.nodes.length
    if (stat.type === null || stat.type === 'socket') return null
    if (this.#source.exclusion.byStat?.(this.#path(name), stat)) return null
    if (stat.type === 'file') return this.#file(name, stat, before)
    const attributes = attributesOf(this.#path(name), this.#part.failures)
    if (stat.type === 'dir') {
      const node = textOf(name, stat, this.#source, { attributes })
      const subtree = before === null ? null : subtreeOf(before)
      const isSame = subtree !== null && before === withSubtree(node, subtree)
      this.#isSame &&= isSame
      this.#part.folders.push({ at, name, node, before: subtree, isSame })
      return null
    }
    this.#part.others += 1
    const target = stat.type === 'symlink' ? { linktarget: linkTarget(this.#path(name)) } : {}
    return `${textOf(name, stat, this.#source, { attributes, ...target })},"content":null}`
  }

  #file(name: string, stat: FileStat, before: string | null): string | null {
    const kept = before === null ? null : this.#unchanged(name, stat, before)
    if (kept !== null) {
      this.#count(stat.size)
      this.#part.unchanged += 1
      return kept
    }
    const { buffer, store } = this.#source
    const isChanged = before !== null && isFile(before)
    const large = (): null => {
      this.#part.large.push({ at: this.#part.nodes.length, name, isChanged })
      return null
    }
    if (stat.size > buffer.bytes.byteLength / 2) return large()
    using file = SourceFile.open(this.#path(name))
    // before it is read: one that changes meanwhile has other times afterwards, and is read again by the next backup
    const opened = file.stat()
    const { chunks, bytes, isEnd } = file.cut(buffer, 0, stat.size)
    if (!isEnd) return large() // it has grown
    const content = chunks.map(chunk => store.add('data', chunk))
    this.#read += bytes
    this.#count(bytes)
    if (isChanged) this.#part.changed += 1
    const text = textOf(name, { ...opened, size: bytes }, this.#source, {
      attributes: attributesOf(this.#path(name), this.#part.failures),
    })
    return `${text},"content":${JSON.stringify(content)}}`
  }

  /** The node of a file that is, by its times, size and inode, what the parent snapshot has, and whose content is there. */
  #unchanged(name: string, stat: FileStat, before: string): string | null {
    const text = textOf(name, stat, this.#source, {})
    // The change time covers the attributes: where the text up to them is the same, they are too.
    const ids = before.startsWith(text) ? idsOf(before, text.length) : null
    if (ids !== null) return this.#hasAll(ids) ? before : null
    const node = decodeTree(Buffer.from(`{"nodes":[${before}]}`))?.[0]
    if (node === undefined || !isSame(node, stat, this.#source.rules) || !this.#hasAll(node.content ?? [])) return null
    const attributes = attributesOf(this.#path(name), this.#part.failures)
    return `${textOf(name, stat, this.#source, { attributes })},"content":${JSON.stringify(node.content)}}`
  }

  #hasAll(ids: readonly string[]): boolean {
    const { known, claims } = this.#source.tables
    return ids.every(id => known.find('data', id) !== -1 || claims.find('data', id) !== -1)
  }

  #count(bytes: number): void {
    this.#part.files += 1
    this.#part.bytes += bytes
  }

  #path(name: string): string {
    return path.posix.join(this.#job.folder, name)
  }
}

function linkTarget(file: string): string {
  return decodeBytes(reach(file, at => readlinkSync(at, { encoding: 'buffer' })))
}

function isFile(node: string): boolean {
  return node.includes('","type":"file",')
}

/** Size, times and inode, as restic compares. */
function isSame(node: TreeNode, stat: FileStat, { ignoreInode, ignoreCtime }: FolderRules): boolean {
  return (
    node.type === 'file' &&
    node.content !== null &&
    (node.size ?? 0) === stat.size &&
    (ignoreInode || (node.inode ?? 0) === stat.inode) &&
    isMoment(node.mtime, stat.modified) &&
    (ignoreInode || ignoreCtime || isMoment(node.ctime, stat.changed))
  )
}

function isMoment(text: string, { seconds, nanoseconds }: Moment): boolean {
  return Temporal.Instant.from(text).epochNanoseconds === BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
}

/** The ids of a node's content, which must be its last field; null for another form. */
function idsOf(node: string, from: number): string[] | null {
  const begin = node.indexOf(',"content":[', from)
  if (begin === -1 || !node.endsWith(']}')) return null
  const list = node.slice(begin + ',"content":['.length, -2)
  if (list === '') return []
  const ids: string[] = []
  // One by one: an expression for all of them has no room on the stack where a file has millions.
  for (let at = 0; at <= list.length; at += quotedLength + 1) {
    const quoted = list.slice(at, at + quotedLength)
    if (!quotedId.test(quoted) || (list[at + quotedLength] ?? ',') !== ',') return null
    ids.push(quoted.slice(1, -1))
  }
  return ids
}

const quotedId = /^"[0-9a-f]{64}"$/
const quotedLength = 66

function subtreeOf(node: string): string | null {
  return /,"subtree":"([0-9a-f]{64})"/.exec(node)?.[1] ?? null
}

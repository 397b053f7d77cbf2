import type { SeededRandom } from './seeded-random.ts'

/** A controller's project as an engineering tool exports it: blocks of XML between a head and a foot. */
export interface PlcProject {
  readonly name: string
  readonly blocks: readonly string[]
  /** The version, from 1. */
  readonly version: number
}

const types = ['Bool', 'Int', 'DInt', 'Real', 'Time', 'Word', 'String[32]', 'FB_Motor', 'FB_Valve']
const things = 'motor valve pump conveyor filler capper labeller gripper heater mixer tank drive brake lamp'.split(' ')
const roles = 'start stop ready fault speed level setpoint actual enable reset interlock counter delay'.split(' ')

/** About `bytes` of XML. */
export function newProject(name: string, bytes: number, random: SeededRandom): PlcProject {
  const blocks: string[] = []
  for (let size = 0; size < bytes; size += blocks.at(-1)?.length ?? 0) blocks.push(newBlock(blocks.length, random))
  return { name, blocks, version: 1 }
}

/** What an engineer changes from one version to the next: one to three blocks in a few lines, at times a new block. */
export function edited({ name, blocks, version }: PlcProject, random: SeededRandom): PlcProject {
  const next = [...blocks]
  for (let edits = 1 + random.integer(3); edits > 0; edits -= 1) {
    const at = random.integer(next.length)
    const lines = (next[at] ?? '').split('\n')
    const line = 3 + random.integer(Math.max(1, lines.length - 6))
    lines.splice(line, random.integer(2), member(random))
    next[at] = lines.join('\n')
  }
  if (random.integer(5) === 0) next.push(newBlock(next.length, random))
  return { name, blocks: next, version: version + 1 }
}

/** The whole project as one XML document. */
export function projectXml(project: PlcProject): string {
  return `${head(project)}\n  <Blocks>\n${project.blocks.join('\n')}\n  </Blocks>\n</PlcProject>\n`
}

export function head({ name, version }: PlcProject): string {
  const day = String(version).padStart(2, '0')
  return `<?xml version="1.0" encoding="utf-8"?>
<PlcProject xmlns="urn:example:plc:project:3">
  <Header name="${name}" product="Engineering" productVersion="5.1.${version}" created="2019-03-04T08:15:00" modified="2021-${day}-17T14:0${version % 10}:31" />`
}

function newBlock(number: number, random: SeededRandom): string {
  const kind = random.integer(3) === 0 ? 'DataBlock' : 'FunctionBlock'
  const members = Array.from({ length: 4 + random.integer(30) }, () => member(random))
  const networks = Array.from({ length: 1 + random.integer(12) }, (_, index) => network(index, random))
  return [
    `    <Block id="${number}" kind="${kind}" name="${pick(things, random)}_${number}" author="engineering">`,
    '      <Interface>',
    '        <Section name="Static">',
    ...members,
    '        </Section>',
    '      </Interface>',
    ...(kind === 'DataBlock' ? [] : networks),
    '    </Block>',
  ].join('\n')
}

function member(random: SeededRandom): string {
  const name = `${pick(things, random)}_${random.integer(99)}_${pick(roles, random)}`
  return `          <Member name="${name}" type="${pick(types, random)}" offset="${random.integer(4000)}" retain="${random.integer(4) === 0}">
            <Comment lang="en-US">${pick(roles, random)} of ${pick(things, random)} ${random.integer(99)}</Comment>
            <StartValue>${random.integer(1000)}</StartValue>
          </Member>`
}

function network(index: number, random: SeededRandom): string {
  const operands = Array.from({ length: 2 + random.integer(5) }, () => {
    const name = `${pick(things, random)}_${random.integer(99)}_${pick(roles, random)}`
    return `          <Contact uid="${20 + random.integer(300)}" negated="${random.integer(5) === 0}" operand="#${name}" />`
  })
  const coil = `          <Coil uid="${random.integer(300)}" operand="#${pick(things, random)}_${pick(roles, random)}" />`
  return [
    `      <Network number="${index + 1}">`,
    '        <Rung>',
    ...operands,
    coil,
    '        </Rung>',
    '      </Network>',
  ].join('\n')
}

function pick(words: readonly string[], random: SeededRandom): string {
  return words[random.integer(words.length)] ?? ''
}

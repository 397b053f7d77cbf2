import { type Command, Option } from 'commander'
import { judgeSite } from '../../node/judge-site.ts'
import { judgeSiteFlows } from '../../node/judge-site-flows.ts'
import type { Flow, FlowJudgement, JudgedFlows } from '../../policy/flows/flow.ts'
import { flowsCsv, flowsDocument } from '../../policy/flows/flows-document.ts'
import { flowsNftables } from '../../policy/flows/flows-nftables.ts'
import { portsText } from '../../policy/flows/needed-flows.ts'
import type { Site } from '../../site/site.ts'
import { act, type Invocation } from '../invocation.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { timeText } from '../words.ts'
import { wrap } from '../wrap.ts'

const formats = ['table', 'csv', 'nftables', 'json'] as const
type Format = (typeof formats)[number]

export function registerFlows(program: Command): void {
  program
    .command('flows')
    .description("the connections that the site needs and allows, judged: the rule list for the plant's firewall")
    .addOption(new Option('--format <format>', 'how it is printed').choices(formats).default('table'))
    .action(act<[{ readonly format: Format }]>(flows))
}

/** With --json the document of flows-document.ts, whatever the format. */
async function flows(invocation: Invocation, { format }: { readonly format: Format }): Promise<undefined> {
  const { out } = invocation
  const known = await judgeSite(invocation)
  const { site } = known
  const judged = judgeSiteFlows(known)
  const document = flowsDocument(site, judged)
  const texts: Readonly<Record<Format, () => string>> = {
    table: () => tableText(site, judged, out),
    csv: () => flowsCsv(judged),
    nftables: () => flowsNftables(site, judged),
    json: () => JSON.stringify(document, null, 2),
  }
  out.result(document, out.json ? '' : texts[format]())
}

const judgementStyles = {
  allowed: ['green', 'allowed'],
  'listed-exception': ['yellow', 'listed exception'],
  'closed-by-default': ['dim', 'closed by default'],
  denied: ['red', 'DENIED'],
} as const satisfies Record<FlowJudgement, readonly [string, string]>

function tableText(site: Site, { flows, unknown, unplaced, unexpected }: JudgedFlows, out: Output): string {
  const isTold = ({ purpose }: Flow) => purpose === 'trigger' || purpose === 'pages'
  const told = flows.filter(isTold)
  const needed = flows.filter(flow => flow.purpose !== 'conduit' && !isTold(flow))
  const declared = flows.filter(({ purpose }) => purpose === 'conduit')
  const blocks = [
    section('What the configuration needs', needed, site, out),
    section('What tells the node something, and who looks at it', told, site, out),
    section('What the conduits allow', declared, site, out),
    list('To be put right', toPutRight(flows), out),
    list(
      'Nobody knows what these need, for the site file gives their devices no address',
      unknown.map(item => `${item}: give its asset an address, or the item the option host.`),
      out,
    ),
    list(
      'Cannot be judged, for the site file does not say in which zone the other end stands',
      unplaced.map(
        ({ purpose, name, host, protocol, transport, ports, remedy }) =>
          `${purpose} ${name}: ${protocol}, ${transport} ${portsText(ports)}${host === null ? '' : ` of ${host}`}. ${remedy}`,
      ),
      out,
    ),
    list(
      'Opened by captures, and needed by nothing',
      unexpected.map(one => `${one.item}: ${one.host}, port ${one.port}, last ${timeText(one.last, site.timezone)}`),
      out,
    ),
  ].filter(block => block !== '')
  return blocks.length === 0
    ? 'Nothing crosses the network: no item needs a connection, no conduit allows one.'
    : blocks.join('\n\n')
}

function section(title: string, flows: readonly Flow[], site: Site, out: Output): string {
  if (flows.length === 0) return ''
  const rows = flows.map(flow => {
    const [style, word] = judgementStyles[flow.judgement]
    return [
      `  ${flow.purpose}`,
      `${flow.initiator.zone} (${flow.initiator.level})`,
      `${flow.target.zone} (${flow.target.level})`,
      flow.purpose === 'conduit' ? '-' : flow.target.what,
      flow.target.host ?? '-',
      flow.protocol,
      flow.ports === null ? '-' : `${flow.transport} ${portsText(flow.ports)}`,
      out.style(style, word),
      flow.seen === null ? '-' : timeText(flow.seen, site.timezone),
    ]
  })
  const head = ['  PURPOSE', 'FROM', 'TO', 'WHAT', 'HOST', 'PROTOCOL', 'PORTS', 'JUDGEMENT', 'LAST SEEN']
  return `${out.style('bold', title)}\n${table(head, rows)}`
}

/** Each rule with its way out once, with what it concerns. */
function toPutRight(flows: readonly Flow[]): string[] {
  const open = flows.filter(({ remedy, purpose }) => remedy !== null && purpose !== 'restore')
  const byRemedy = Map.groupBy(open, ({ rule, remedy, initiator, target }) =>
    [initiator.zone, target.zone, rule, remedy].join('\n'),
  )
  return [...byRemedy.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const words = [...new Set(group.map(({ protocol }) => protocol))].join(', ')
    return [`${first.initiator.zone} to ${first.target.zone} (${words}): ${first.rule}. ${first.remedy}`]
  })
}

function list(title: string, lines: readonly string[], out: Output): string {
  if (lines.length === 0) return ''
  return [out.style('bold', title), ...lines.map(line => wrap(`  ${line}`, out.width, '    '))].join('\n')
}

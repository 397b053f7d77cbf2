import { noticeKinds } from './notify.ts'
import { assetKinds, exposures, itemKinds, media } from './site.ts'

export interface ExampleOptions {
  readonly name: string
  /** IANA name. */
  readonly timezone: string
}

/** The commented `site.yaml` which `init` writes: one PLC whose program is the folder `./plc`, and every key explained. */
export function commentedSite({ name, timezone }: ExampleOptions): string {
  return `# The plant, as Blackstart protects it. \`blackstart check\` tells every mistake in this file, with line and column.
# Paths are relative to the folder of this file. Durations are exact: 90s, 15m, 4h, 7d, 2w, or ISO 8601 without months
# and years (PT1H30M). Ids are small letters, digits, dots, hyphens and underscores. No passwords here: keep them
# with \`blackstart secrets set NAME\`. A key that stands in a comment may be left out; its example shows how to write it.

site:
  name: ${JSON.stringify(name)}
  timezone: ${JSON.stringify(timezone)} # an IANA name; windows below are times of its clock

# Zones: groups of assets on one Purdue level: 0, 1, 2, 3, 3.5 (the industrial DMZ), 4 or 5.
zones:
  - id: cell-a
    name: Filling
    level: 1
    # pace: { bandwidth: 1 MB/s, pause: 1s }   # for all captures in this zone together; kB, MB (1000), KiB, MiB (1024), kbit, Mbit
    # networks: [10.1.1.0/24, hmi.plant]       # where its machines are, for \`blackstart flows\`: networks, addresses, host names
    # twoPeople: true                          # before something is written to a device of it, a second engineer has to agree
  - id: operations
    name: Site operations
    level: 3

# Conduits: who may open connections to whom, by which protocols. What is not listed is not allowed.
conduits:
  - from: operations
    to: cell-a
    allow: [ftp]
    # exception: The filler pushes its batch files   # why it is listed although the flow rules deny it by default
    # oneWay: true                                   # a diode: nothing comes back
    # note: Firewall rule 42

# The zone in which this site node stands, and the credential domain whose accounts open it.
node:
  zone: operations
  # domain: node   # never that of the office: whoever takes it over would reach the copies too
  # readers: 4                           # how many devices are read at once, 1 to 64
  # names: [blackstart.plant, 10.1.3.2]  # by which its pages are reached, besides those of its machine
  # pages: [operations]                  # zones whose people open its pages, for \`blackstart flows\`

# Processes: what the plant does, what it can bear, and what it needs.
processes:
  - id: filling
    name: Filling
    data: configuration   # configuration: only changes can be lost · history: every moment counts
    mtdl: 1h              # maximum tolerable data loss: the age that an uncaptured change, or the newest copy, may reach;
                          # for each kind of data: { configuration: 1d, history: 5m }. The capture interval follows from it
    mtd: 4h               # maximum tolerable downtime
    rto: 2h               # the target inside it
    needs: [plc-filler]   # assets, single items (plc-filler/program) and other processes
    # afterLoss: { fixed: 30m, perLostHour: 10m }        # work after data was lost: at all, and for each hour of it
    # What people do in every recovery, whatever is restored; \`blackstart interview filling\` asks for it.
    # recovery: { detect: 15m, decide: 15m, isolate: 10m, keys: 10m, media: 10m, reconfigure: 15m, reissue: 5m, validate: 20m }
    # scope: [device, node, domain, site]                # what it must come back from; all four, unless you say less
    # downtimeCost: { perHour: 12000, currency: EUR }
    # notes: Runs from Sunday 22:00 to Saturday 06:00

# Assets: devices and systems, each with the items that are backed up of it.
# Kinds of assets: ${wrap(assetKinds)}
assets:
  - id: plc-filler
    name: Filler PLC
    kind: plc
    zone: cell-a
    # vendor: Beckhoff
    # model: CX5130
    # serial: 0012345
    # firmware: 3.1.4024
    # address: 192.168.10.11                              # host name or IP address
    # domain: cell-a                                      # the credential domain whose accounts open it
    # machine: node                                       # where it runs on this node's machine, and is lost with it
    # life: { since: 2016-05, years: 15 }                 # in service since, and the years that it is made for
    # What makes it easier to attack: ${wrap(exposures, '    ')}
    # exposure: [open-writes, shared-credentials]
    # spare: { onSite: true, replace: 30m }               # or { onSite: false, leadTime: 6w, replace: 2h }
    # notes: Cabinet 4, key at the gate
    # needs: [switch-a]                                   # assets that must work before this one can
    # pace: { bandwidth: 200 kB/s, pause: 2s }            # bytes per second, and the pause between two requests
    # timeouts: { connect: 10s, idle: 60s, total: 1h }
    # retries: 3                                          # 0 to 10 further attempts after a capture failed
    # quiet: ["mon-fri 06:00-08:00", "22:00-23:00"]       # when captures may not run
    items:
      # Kinds of items: ${wrap(itemKinds, '      ')}
      - id: program
        kind: program
        via: files                # the connector, and its options
        options: { path: ./plc }
        # data: configuration                             # or history; databases, data and logs are history anyway
        # every: 15m                                      # instead of the interval that follows from the MTDL
        # fingerprint: 1m                                 # how often to look, between captures, whether it has changed; or never
        # exclude: ["**/*.bak", "tmp/**"]                 # what is left out
        # quiet: ["daily 12:00-13:00"]                    # besides those of the asset
        # change: ["sat,sun 08:00-16:00"]                 # when engineers change it; a capture follows
        # keep: { daily: 90, monthly: 120, yearly: 30 }   # instead of the keep rules at the end of this file
        # notes: Project of the integrator

# Failure modes: how assets fail, and how bad that is. Scores: 1 none · 2 minor, same shift · 3 a line stops within its MTD ·
# 4 a process stops beyond its MTD · 5 people or environment harmed, or the site stops beyond its MTD. How likely it is,
# and how well it could be mended, is computed: from life, failures, exposure, conduits, copies and drills.
failureModes:
  - asset: plc-filler
    mode: battery-lost         # of the library, or an id of your own
    severity: { production: 4 }
    # name: The battery was empty, and the program is gone
    # severity may name: { safety: 1, environment: 1, production: 4, quality: 2 }
    # failed: [2019-11-04, 2024-02]   # when it happened
    # notes: The battery is changed every four years

# Triggers: what tells that something has changed, so that it is captured at once: files that are saved in a folder, what a
# device sends by syslog or SNMP (matched to the asset by its address), a token that is sent to /api/hooks/ID. Nothing listens
# that does not stand here. Without \`match\` and \`oids\`, what known devices send after a change counts.
# triggers:
#   - { id: engineering, via: folder, options: { path: /srv/engineering, pattern: "**/*.zap*" }, items: [plc-filler/program] }
#   - { id: syslog, via: syslog, options: { listen: 10.1.3.2, port: 514, transport: udp }, match: ["%SYS-5-CONFIG_I"] }
#   - { id: traps, via: snmp, options: { listen: 10.1.3.2, port: 162, community: { secret: traps } }, oids: [1.3.6.1.2.1.47.2.0.1] }
#   - { id: build-server, via: hook, options: { secret: hook, from: operations }, items: [plc-filler/program] }

# Places: where copies live. Two copies that one mistake, one fire or one stolen password can take are one copy.
# Media: ${wrap(media)}
places:
  - id: local
    via: local
    options: { path: ./data/repository }
    medium: disk
    location: plant     # where it stands
    domain: node        # the credential domain: whoever holds its credentials can reach every place in it
    # online: true      # false for what is attached only now and then
    # offsite: false    # true for what survives the loss of the premises
    # zone: operations  # where it stands; the node's zone, unless you say otherwise
    # machine: node     # what holds it: places of one machine are lost together
    # share: smb        # or nfs: how the folder is mounted, where another machine holds it
    # locked: 30d       # how long after it was written a copy cannot be deleted by anyone
    # lag: 1h           # until a new version is verified there; for a disk that is attached every week, 7d

# Which versions stay: the first and the last of each of so many hours, days …, the newest ones, and all that are younger
# than the floor. Approved versions stay for ever.
# keep: { last: 3, hourly: 24, daily: 30, weekly: 12, monthly: 24, yearly: 10, floor: 90d }

# Who is told of what. Kinds of channels: email, syslog (also CEF, for a SIEM), webhook; their options: docs/notifications.md.
# A secret is the name of one that \`blackstart secrets set NAME\` keeps. A rule without events, zones or classes means all.
# Events: ${wrap(noticeKinds)}
# notify:
#   channels:
#     - { id: mail, via: email, options: { host: 10.1.3.25, from: blackstart@plant.example, to: [shift@plant.example] } }
#     - { id: siem, via: syslog, options: { host: 10.1.3.9, transport: tls } }
#   rules:
#     - { events: [unexpected-change, drift, failure], zones: [cell-a], classes: [very high, high], to: [mail] }
#     - { events: [change], to: [mail], when: { digest: daily 06:00 } }   # or a list of times; at-once, unless you say
#   keep: 7d          # how old what could not be delivered may become
#   journal: [siem]   # where every line of the journal goes
`
}

/** Words as a comment of several lines. */
function wrap(words: readonly string[], indent = ''): string {
  const lines = ['']
  for (const word of words) {
    const last = lines.length - 1
    const line = lines[last] === '' ? word : `${lines[last]}, ${word}`
    if (line.length > 100) lines.push(word)
    else lines[last] = line
  }
  return lines.join(`,\n${indent}#       `)
}

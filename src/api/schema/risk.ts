import { z } from 'zod'
import { cls, id, list, shortText, span, time } from './common.ts'
import { verdict } from './overview.ts'

const score = z.number().int().min(1).max(5)
export const cause = z.object({
  id: z.string(),
  kind: z.enum(['mode', 'zone', 'domain']),
  /** The asset, the zone or the domain. */
  subject: z.string(),
  name: z.string(),
  class: cls,
  s: score,
  of: score,
  oc: score,
  p: score,
  d: score,
  slack: span.nullable(),
  /** What each score rests on, in words. */
  words: z.object({ s: z.string(), of: z.string(), oc: z.string(), d: z.string() }),
})
export type Cause = z.infer<typeof cause>
export const criticality = z.object({
  judged: z.number().int(),
  /** 25 cells with the causes in each, the gravest severity first, then by probability. */
  matrix: list(z.object({ s: score, p: score, class: cls, ids: list(z.string()) })),
  /** What matters most first. */
  causes: list(cause),
  unscored: list(z.object({ id: z.string(), why: z.enum(['no-assets', 'no-modes']) })),
  withoutModes: list(z.string()),
  zones: list(z.object({ zone: z.string(), score, path: list(z.string()).nullable() })),
})
export type Criticality = z.infer<typeof criticality>

export const libraryQuery = z.object({
  /** A kind of asset; absent: all of them. */
  kind: z.string().max(40).optional(),
})
/** Failure modes to start a register from. */
export const failureModeLibrary = z.object({
  kinds: list(
    z.object({
      kind: z.string(),
      modes: list(
        z.object({
          id: z.string(),
          name: z.string(),
          happens: z.string(),
          noticed: z.string(),
          bringsBack: list(z.string()),
          severityHint: z.string(),
        }),
      ),
    }),
  ),
  /** Of one kind, ready to paste into `site.yaml`; null for all of them. */
  yaml: z.string().nullable(),
})

const timePart = z.object({ what: z.string(), milliseconds: span, source: z.enum(['stated', 'measured', 'rehearsed']) })
export const recoveryTime = z.object({
  lower: span,
  p90: span.nullable(),
  critical: list(timePart),
  unknown: list(z.string()),
})
export const whatIfQuery = z.object({
  /** `zone:ID`, `domain:NAME`, `node` or `site`. */
  lose: z.string().max(200),
})
export const whatIf = z.object({
  lose: z.string(),
  assetsLost: list(z.string()),
  placesLost: list(z.string()),
  placesLeft: list(z.string()),
  nodeLost: z.boolean(),
  processes: list(
    z.object({
      id: z.string(),
      name: z.string().nullable(),
      outcome: z.enum(['runs-on', 'comes-back', 'in-part', 'gone']),
      assetsLost: list(z.string()),
      items: list(
        z.object({
          item: z.string(),
          lost: z.boolean(),
          copies: list(z.object({ place: z.string(), version: z.string(), seen: time })),
          age: span.nullable(),
        }),
      ),
      bare: list(z.string()),
      loss: span.nullable(),
      mtdl: z.enum(['kept', 'broken', 'not-stated']),
      time: recoveryTime.nullable(),
      mtd: span.nullable(),
    }),
  ),
})
export type WhatIf = z.infer<typeof whatIf>

/** A process with what each scenario would leave of it: copies per scenario. */
export const processDetail = z.object({
  id: z.string(),
  name: z.string().nullable(),
  verdict,
  reasons: list(z.string()),
  class: cls,
  mtd: span.nullable(),
  rto: span.nullable(),
  slack: span.nullable(),
  rehearsed: z.boolean(),
  lastRehearsed: time.nullable(),
  notes: z.string().nullable(),
  needs: list(z.object({ item: z.string(), asset: z.string() })),
  scenarios: list(
    z.object({
      scenario: z.string(),
      verdict,
      inScope: z.boolean(),
      nothingLeft: list(z.string()),
      lossBroken: list(z.string()),
      undated: list(z.string()),
      unchecked: list(z.string()),
      lagMissing: list(z.string()),
      infeasible: list(z.string()),
      loss: span.nullable(),
      time: recoveryTime.nullable(),
      /** False where something that is lost has no copy left: then no time brings it back. */
      restorable: z.boolean(),
    }),
  ),
})
export type ProcessDetail = z.infer<typeof processDetail>
export const processParams = z.object({ process: id })

const personStep = z.enum(['detect', 'decide', 'isolate', 'keys', 'media', 'reconfigure', 'reissue', 'validate'])
export const plan = z.object({
  notInTheTimes: list(z.string()),
  processes: list(
    z.object({
      process: z.string(),
      name: z.string().nullable(),
      steps: list(
        z.object({
          number: z.number().int(),
          item: z.string(),
          asset: z.string(),
          assetName: z.string().nullable(),
          version: z.string().nullable(),
          choice: z.enum(['approved', 'latest']).nullable(),
          bytes: z.number(),
          to: z.enum(['device', 'by-hand']),
          command: z.string(),
          words: z.string().nullable(),
          measured: span.nullable(),
          measuredAt: time.nullable(),
          measuredVersion: z.string().nullable(),
          unmeasured: z.enum(['no-version', 'lost', 'never-drilled', 'drill-failed']).nullable(),
          total: span,
          totalWhole: z.boolean(),
        }),
      ),
      bare: list(z.string()),
      mtd: span.nullable(),
      rto: span.nullable(),
      total: span,
      totalWhole: z.boolean(),
      verdict: z.enum(['not-restorable', 'over-mtd', 'over-rto', 'unproven', 'no-mtd', 'fits']),
      dominant: list(z.object({ item: z.string(), milliseconds: span, share: z.number() })),
      worstLoss: z.object({ fixed: span, perLostHour: span, mtdl: span.nullable(), total: span.nullable() }).nullable(),
      people: z.object({
        stated: list(z.object({ step: personStep, milliseconds: span })),
        total: span,
        unknown: list(personStep),
      }),
    }),
  ),
})
export type Plan = z.infer<typeof plan>
export const planQuery = z.object({
  /** Processes, `?process=filling,packing`; all of them unless named. */
  process: z
    .string()
    .max(20_000)
    .transform(text => text.split(','))
    .pipe(z.array(shortText.min(1)))
    .optional(),
})

const drillPhases = ['open', 'restore', 'verify', 'openContent'] as const
/** Rehearses items one after the other; `GET /api/drills/:drill` tells how far it is. */
export const drillRequest = z.object({
  /** `asset/item`, `asset/item@version`, assets, processes; `all` items. */
  items: z.union([z.literal('all'), z.array(z.string().max(200)).min(1).max(1_000)]),
  /** Leaves what was restored, to be looked at on the node's machine: for its own command line alone, as is `sandbox`. */
  keep: z.boolean().default(false),
  /** The folder in which sandboxes are made, by its whole path; the system's for temporary files unless told, or `data/sandboxes` to keep them. */
  sandbox: z
    .string()
    .min(1)
    .max(4_000)
    .regex(/^[^\p{Cc}]*$/u)
    .optional(),
})
const drillNote = z.object({ path: z.string().nullable(), what: z.string() })
export const drill = z.object({
  id: z.string(),
  by: z.string(),
  begun: time,
  ended: time.nullable(),
  total: z.number().int(),
  item: z.string().nullable().describe('the one that goes on'),
  phase: z.enum(drillPhases).nullable(),
  /** Restored of the one that goes on; 0 in the other phases. */
  bytes: z.number(),
  ofBytes: z.number(),
  sandboxes: z.string().describe("the folder of the node's machine in which sandboxes are made"),
  results: list(
    z.object({
      item: z.string(),
      version: z.string().nullable(),
      choice: z.enum(['approved', 'latest', 'named']).nullable(),
      passed: z.boolean(),
      milliseconds: span.nullable(),
      /** Of each phase that was reached. */
      phases: z.partialRecord(z.enum(drillPhases), span),
      bytes: z.number().nullable(),
      files: z.number().int().nullable(),
      checks: list(z.object({ check: z.string(), files: z.number().int(), failed: z.number().int() })),
      /** The first of `problemsTotal`. */
      problems: list(drillNote.extend({ kind: z.enum(['integrity', 'content']) })),
      problemsTotal: z.number().int(),
      /** Not damage, but worth knowing: the first of `notesTotal`. */
      notes: list(drillNote),
      notesTotal: z.number().int(),
      sandbox: z.string().nullable().describe('where it was left; null where it was removed'),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
})
export type Drill = z.infer<typeof drill>
export const drillQuery = z.object({
  /** Leaves out so many of the results, which whoever asks has already. */
  after: z.coerce.number().int().min(0).default(0),
})
export const drillParams = z.object({ drill: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) })

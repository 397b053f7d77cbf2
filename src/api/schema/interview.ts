import { z } from 'zod'
import { list, span } from './common.ts'
import { siteChecked } from './site.ts'

export const question = z.object({
  /** Stable: `mtd`, `recovery.detect`, `mtdl.history` … */
  id: z.string(),
  text: z.string(),
  help: z.string(),
  /** What follows from what is stated, and from the answers. */
  consequence: z.string().nullable(),
  /** What the site file says, or the answers do; `text` as the file may say it. */
  current: z.object({ text: z.string(), span }).nullable(),
  /** The longest answer. */
  mostDays: z.number(),
  /** What the question names: the first assets, with the kinds of their items; `total` counts all. */
  about: z
    .object({
      total: z.number().int(),
      assets: list(z.object({ id: z.string(), name: z.string().nullable(), kinds: list(z.string()) })),
    })
    .nullable(),
})
export type Question = z.infer<typeof question>

const asked = {
  process: z.string(),
  name: z.string().nullable(),
  /** Of the site file that the questions rest on: goes back as `If-Match` when it is saved. */
  etag: z.string(),
  questions: list(question),
}
export const interview = z.object(asked)
export type Interview = z.infer<typeof interview>

export const interviewAnswers = z.strictObject({
  /** By the id of their question: `4h`, `90 min`. An empty one keeps what is there. */
  answers: z.record(z.string().max(60), z.string().max(100)),
  /** Also make the text of the site file that would hold them, for `PUT /api/site`. */
  propose: z.boolean().default(false),
})
export const interviewAnswered = z.object({
  ...asked,
  wrong: list(z.object({ id: z.string(), reason: z.string() })),
  /** Why the durations cannot all be right. */
  contradiction: z.string().nullable(),
  /** The questions to which the answer is another than what the file says. */
  changed: list(z.string()),
  /** Null: none was asked for, something is wrong, or nothing changes. */
  proposal: siteChecked.extend({ text: z.string() }).nullable(),
})
export type InterviewAnswered = z.infer<typeof interviewAnswered>

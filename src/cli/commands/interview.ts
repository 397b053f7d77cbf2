import type { Command } from 'commander'
import { sitePaths } from '../../archive/site-paths.ts'
import { BlackstartError } from '../../errors.ts'
import { processNamed, withAnswers } from '../../node/site-answers.ts'
import {
  type ChangedLines,
  changedLines,
  changedText,
  openSiteText,
  type SiteTextFile,
} from '../../node/site-text-file.ts'
import { interviewQuestions } from '../../policy/interview/questions.ts'
import { indexSite, type SiteIndex } from '../../policy/site-index.ts'
import type { Process } from '../../site/site.ts'
import { answerSource } from '../answer-source.ts'
import { ask } from '../ask.ts'
import { askAll } from '../interview-dialogue.ts'
import { act, type Invocation } from '../invocation.ts'
import { plural } from '../words.ts'

interface InterviewOptions {
  readonly answers?: string
}

export function registerInterview(program: Command): void {
  program
    .command('interview')
    .argument('<process>', 'the id of a process in site.yaml')
    .option(
      '--answers <file>',
      'answers from a file with lines "id: value", e.g. "mtd: 4h"; by default the terminal, or standard input',
    )
    .description('ask what a process can bear, and write the answers into site.yaml')
    .action(act<[string, InterviewOptions]>(interview))
}

async function interview(invocation: Invocation, id: string, options: InterviewOptions): Promise<undefined> {
  const file = await openSiteText(sitePaths(invocation.folder).site)
  const index = indexSite(file.site)
  const process = processNamed(file.site, id)
  await using source = await answerSource(options.answers, idsOf(index, process))
  const answers = await askAll(invocation, index, process, source)
  const text = withAnswers(file.text, index, process, answers)
  const changed = changedLines(file.text, text)
  if (changed.length > 0) {
    file.check(text)
    if (source.terminal) await confirm(invocation, changed)
    await file.write(text)
  }
  const result = { process: id, answers: Object.fromEntries(answers), changed }
  invocation.out.result(result, resultText(file, changed, source.terminal))
}

function idsOf(index: SiteIndex, process: Process): readonly string[] {
  return interviewQuestions(index, process).map(question => question.id)
}

async function confirm({ out, signal }: Invocation, changed: readonly ChangedLines[]): Promise<void> {
  out.line(`\n${changedText(changed)}`)
  const answer = await ask('Write these lines into site.yaml? [yes] ', { hidden: false }, signal)
  if (!/^(?:|y|yes)$/i.test(answer.trim())) throw new BlackstartError('refused', 'Nothing was written.')
}

function resultText(file: SiteTextFile, changed: readonly ChangedLines[], shown: boolean): string {
  if (changed.length === 0) return 'Nothing changes in site.yaml.'
  const lines = plural(
    changed.reduce((sum, { after }) => sum + after.length, 0),
    'line',
  )
  const written = `Wrote ${lines} into ${file.file}. What follows from it: blackstart findings`
  return shown ? written : `${changedText(changed)}\n${written}`
}

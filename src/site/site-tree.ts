import { Composer, CST, type Document, isScalar, Lexer, LineCounter, Parser, type YAMLError } from 'yaml'
import { Nesting } from './nesting.ts'
import type { Path, Problem } from './problem.ts'
import { convertNodes, type Offsets } from './yaml-value.ts'

/** The file's content as plain data, with the place of each part of it. */
export interface SiteTree {
  /** Mappings have no prototype. Undefined where the text is not YAML. */
  readonly value: unknown
  /** Where the value at `path` stands, or its key; where there is none, the nearest mapping or list around it. */
  position(path: Path, of: 'key' | 'value'): Position
  readonly problems: readonly Problem[]
}

/** From 1. */
interface Position {
  readonly line: number
  readonly column: number
}

const deepest = 40
/** Ten thousand items take about 700,000; the parser needs some microseconds for each. */
const mostLexemes = 1_500_000
/** Where the text is no YAML at all, reading on only repeats it. */
const mostStray = 100

/** Reads one YAML document. Neither deep nesting nor aliases make it slow. */
export function readSiteTree(text: string): SiteTree {
  const lines = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const problem: At = (offset, message, allowed, path = '') => {
    return { ...at(offset), path, message, allowed, severity: 'error' }
  }
  const refused = (problems: readonly Problem[]): SiteTree => ({ value: undefined, position: () => at(0), problems })

  const lexemes = readLexemes(text)
  if ('message' in lexemes) {
    addLines(lines, text, lexemes.offset)
    return refused([problem(lexemes.offset, lexemes.message, lexemes.allowed)])
  }
  const [document, second] = compose(readTokens(lexemes, lines))
  if (document === undefined || (second === undefined && isNothing(document))) {
    return refused([problem(0, 'the file is empty', 'the description of a site; blackstart init writes one')])
  }
  const errors = [...document.errors, ...document.warnings]
  const tabs = errors.length === 0 ? [] : tabIndents(text)
  const problems = [
    ...tabs.map(offset => problem(offset, 'a tab indents the line', 'spaces')),
    // What follows a tab is mostly its consequence.
    ...errors.filter(({ pos }) => pos[0] < (tabs[0] ?? text.length + 1)).map(error => syntaxProblem(error, problem)),
  ]
  if (second !== undefined) problems.push(problem(second.range[0], 'a second YAML document begins', 'one document'))
  if (problems.length > 0) return refused(problems)

  const converted = convertNodes(document.contents)
  const complaints = converted.complaints.map(({ offset, message, allowed, path }) =>
    problem(offset, message, allowed, path),
  )
  return { value: converted.value, position: positions(converted.offsets, at), problems: complaints }
}

/** The beginnings of lines up to `end`, for a text that the parser will not see. */
function addLines(lines: LineCounter, text: string, end: number): void {
  for (let start = 0; start >= 0 && start <= end; start = text.indexOf('\n', start) + 1 || end + 1)
    lines.addNewLine(start)
}

function positions(offsets: Offsets, at: (offset: number) => Position): SiteTree['position'] {
  return (path, of) => at(offsets(path, of))
}

function compose(tokens: Iterable<CST.Token>): Document.Parsed[] {
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  // A hostile file makes a million error objects; their stack traces would take half a minute.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return [...composer.compose(tokens)]
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

function isNothing(document: Document.Parsed): boolean {
  const empty = document.contents === null || (isScalar(document.contents) && document.contents.value === null)
  return empty && document.errors.length === 0
}

interface Refusal {
  readonly offset: number
  readonly message: string
  readonly allowed: string
}

/** The lexemes; refuses what is too much or too deep before the parser, which is slower and recursive, sees it. */
function readLexemes(text: string): readonly string[] | Refusal {
  const nesting = new Nesting()
  const lexemes: string[] = []
  for (const lexeme of new Lexer().lex(text)) {
    const depth = nesting.add(lexeme)
    const { offset } = nesting
    if (depth > deepest) return { offset, message: 'nested too deeply', allowed: `at most ${deepest} levels` }
    if (lexeme.startsWith('%') && CST.tokenType(lexeme) === 'directive-line') {
      return { offset, message: 'a YAML directive', allowed: 'no line that begins with %' }
    }
    lexemes.push(lexeme)
    if (lexemes.length > mostLexemes) {
      return { offset, message: 'the file holds too much', allowed: 'some ten thousand items' }
    }
  }
  return lexemes
}

/** The concrete syntax, as far as it is worth reading. */
function readTokens(lexemes: readonly string[], lines: LineCounter): readonly CST.Token[] {
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  let stray = 0
  lines.addNewLine(0)
  for (const lexeme of lexemes) {
    for (const token of parser.next(lexeme)) {
      if (token.type !== 'comment' && token.type !== 'newline' && token.type !== 'space') stray += 1
      tokens.push(token)
    }
    if (stray > mostStray) break
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

type At = (offset: number, message: string, allowed: string | null, path?: string) => Problem

/** Where a line begins with a tab, before or instead of spaces; a hundred lines at most. */
function tabIndents(text: string): number[] {
  const found: number[] = []
  for (const match of text.matchAll(/^ *\t/gm)) {
    if (found.push(match.index + match[0].length - 1) === 100) break
  }
  return found
}

/** Our words for what the YAML parser says most often. */
function syntaxProblem(error: YAMLError, problem: At): Problem {
  const offset = error.pos[0]
  const message = error.message.replace(/\s+/g, ' ').slice(0, 200)
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return problem(offset, 'a tab indents the line', 'spaces')
    case 'TAG_RESOLVE_FAILED':
      return problem(offset, 'a YAML tag that has no meaning here', 'values without !tags')
    case 'BAD_INDENT':
      return problem(offset, message, 'the same indentation for all entries of a mapping or list')
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return problem(offset, message, 'key: value, with every bracket and quote closed')
    default:
      return problem(offset, message, null)
  }
}

export type Paint = 'word' | 'text' | 'number' | 'comment' | 'plain'
export interface Piece {
  readonly text: string
  readonly paint: Paint
}
export type Language = 'st' | 'ios' | 'xml' | 'json' | 'robot' | 'csv' | 'plain'

const stWords =
  'program|end_program|function|end_function|function_block|end_function_block|var|var_input|var_output|var_in_out|var_global|var_temp|end_var|constant|retain|persistent|if|then|elsif|else|end_if|case|of|end_case|for|to|by|do|end_for|while|end_while|repeat|until|end_repeat|return|exit|and|or|xor|not|mod|true|false|type|end_type|struct|end_struct|array|at|bool|byte|word|dword|lword|sint|int|dint|lint|usint|uint|udint|ulint|real|lreal|time|ltime|date|string|wstring|pointer|reference|extends|implements|method|end_method|property|end_property|interface|region|network'
const iosWords =
  'interface|vlan|ip|address|no|shutdown|description|switchport|mode|access|trunk|allowed|native|spanning-tree|hostname|version|service|username|privilege|secret|password|enable|line|vty|con|login|transport|input|access-list|permit|deny|any|host|router|ospf|bgp|rip|network|route|snmp-server|community|logging|ntp|server|clock|timezone|banner|aaa|crypto|class-map|policy-map|match|set|end|exit|set|config|edit|next'

/** One expression a language: comments, texts, words, numbers, in this order of groups. */
const grammars: Readonly<Record<Exclude<Language, 'plain'>, RegExp>> = {
  st: new RegExp(
    `(?<comment>\\(\\*.*?(?:\\*\\)|$)|//.*$|\\{[^}]*\\})|(?<text>'(?:\\$.|[^'])*'?|"(?:\\$.|[^"])*"?)|(?<word>\\b(?:${stWords})\\b)|(?<number>\\b(?:t#[\\w.]+|16#[0-9a-f_]+|2#[01_]+|\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?)\\b)`,
    'giu',
  ),
  ios: new RegExp(
    `(?<comment>^\\s*[!#].*$)|(?<text>"[^"]*"?)|(?<word>(?<![\\w-])(?:${iosWords})(?![\\w-]))|(?<number>\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?:/\\d+)?\\b|\\b\\d+(?:/\\d+)*\\b)`,
    'giu',
  ),
  xml: /(?<comment><!--.*?(?:-->|$)|<!\[CDATA\[|\]\]>)|(?<text>"[^"]*"|'[^']*')|(?<word><\/?[\w:.-]+|\/?>|[\w:.-]+(?==["']))|(?<number>\b\d+(?:\.\d+)?\b)/gu,
  json: /(?<comment>\/\/.*$)|(?<word>"(?:\\.|[^"\\])*"(?=\s*:)|\b(?:true|false|null)\b)|(?<text>"(?:\\.|[^"\\])*"?)|(?<number>-?\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)/giu,
  robot:
    /(?<comment>^\s*\d*:?\s*!.*$|;.*$)|(?<text>'[^']*'?|"[^"]*"?)|(?<word>\b(?:PROG|ATTR|MN|POS|END|DEF|ENDDEF|DECL|FOR|ENDFOR|IF|ENDIF|JMP|LBL|CALL|WAIT|UTOOL_NUM|UFRAME_NUM|FINE|CNT\d*|J|L|PTP|LIN|CIRC|DI|DO|RI|RO|ON|OFF)\b)|(?<number>-?\b\d+(?:\.\d+)?\b)/gu,
  csv: /(?<text>"(?:""|[^"])*"?)|(?<number>(?<![\w.])-?\d+(?:[.,]\d+)?(?![\w.]))/gu,
}

/** Lines beyond this many characters are not painted. */
const longest = 2_000

/** A line as it is painted; the pieces together are the line. Knows nothing of the lines before. */
export function colourLine(line: string, language: Language): readonly Piece[] {
  const grammar = language === 'plain' || line.length > longest ? null : grammars[effective(line, language)]
  if (grammar == null) return [{ text: line, paint: 'plain' }]
  const pieces: Piece[] = []
  let at = 0
  for (const match of line.matchAll(grammar)) {
    const [text] = match
    if (text === '') continue
    if (match.index > at) pieces.push({ text: line.slice(at, match.index), paint: 'plain' })
    const groups = match.groups ?? {}
    const paint = (['comment', 'text', 'word', 'number'] as const).find(name => groups[name] !== undefined) ?? 'plain'
    pieces.push({ text, paint })
    at = match.index + text.length
  }
  if (at < line.length) pieces.push({ text: line.slice(at), paint: 'plain' })
  return pieces
}

/** Programs of several tools are structured text inside XML: a line tells which. */
function effective(line: string, language: Exclude<Language, 'plain'>): Exclude<Language, 'plain'> {
  if (language === 'st' && /^\s*<[/?!\w]/u.test(line)) return 'xml'
  return language
}

const byEnding: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:tc(?:pou|gvl|dut|io)|st|scl|exp|pou|il|awl)$/iu, 'st'],
  [/\.(?:xml|[a-z]*proj|xhtml|html|svg|l5x|tctto|opcua|axml|xaml)$/iu, 'xml'],
  [/\.(?:json|jsonc)$/iu, 'json'],
  [/\.(?:ls|va|src|dat|mod|sys|jbi|pgm)$/iu, 'robot'],
  [/\.(?:csv|tsv)$/iu, 'csv'],
  [/(?:running-config|startup-config|\.(?:cfg|conf|cli|rsc))$/iu, 'ios'],
]

/** From what the node says of the format, else from the file's name. */
export function languageOf(path: string, format: string | null): Language {
  if (format !== null && /ios|comware|aruba|fortios|frr|hirschmann|hios|routeros|vyos/u.test(format)) return 'ios'
  return byEnding.find(([ending]) => ending.test(path))?.[1] ?? 'plain'
}

// Patterns of secrets within one line; every group of a pattern is a secret, what is outside the groups stays visible.
// A value that is masked without need does little harm, one that is shown does much: where in doubt, a pattern masks.

const named =
  '(?:password|passwd|passphrase|passcode|pwd|secret|psk|api[-_]?key|private[-_]?key|pre-?shared[-_]?key|shared[-_]?key|auth(?:entication)?[-_]?key|encryption[-_]?key|access[-_]?key|credentials?|token|community)\\d*'
const plain = '(?!(?:true|false|yes|no|null|none|on|off|enabled?|disabled?)\\b)'
const value = `${plain}(?:"([^"\\r\\n]*)"|'([^'\\r\\n]*)'|&quot;(.*?)&quot;|([^\\s;,}"'<>&]+))`
const iecType = '(?![ \\t]*(?:W?STRING\\b|[A-Z]*INT\\b|[A-Z]*WORD\\b|BOOL\\b|BYTE\\b|L?REAL\\b|TIME\\b|ARRAY\\b))'

/** In every kind of text: fields, URLs, hashes, tokens, database commands. */
export const fieldPatterns: readonly RegExp[] = [
  new RegExp(
    `(?<![\\w.-])(?:[\\w.-]*${named}|pass|pin)["']?[ \\t]*(?::=|=>|=|:(?![=/])${iecType})[ \\t]*${value}`,
    'dgi',
  ),
  // A declaration with a type: `Password : STRING(20) := 'x'`
  new RegExp(`(?<![\\w.-])[\\w.-]*${named}[ \\t]*:[^:=;'"]*:=[ \\t]*${value}`, 'dgi'),
  new RegExp(`<[\\w:.-]*${named}(?:[ \\t][^<>]*)?>[ \\t]*(?:<!\\[CDATA\\[)?([^<\\]]+)`, 'dgi'),
  new RegExp(`(?:key|name)="[^"]*${named}"[^<>]*?[ \\t]value="([^"]*)"`, 'dgi'),
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"'<>]*:([^\s@/"'<>]+)@/dgi,
  /(\$(?:[1-9][a-z]?|y|c|h|s|sha\d+|argon2\w*|pbkdf2[\w-]*)\$[\w./$=+*!-]{4,})/dg,
  /\b(eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*)/dg,
  /\bIDENTIFIED[ \t]+BY[ \t]+(?:PASSWORD[ \t]+)?'([^']*)'/dgi,
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(.+?)(?:-----END|$)/dg,
]

const kind =
  '(?:(?:\\d{1,2}|ENC|encrypted|ciphertext|cipher|plaintext|simple|hash|irreversible-cipher|sha\\d*|md5|ascii(?:-text)?|hex|clear|localized|local|remote)[ \\t]+)*'
const word = `(?:"([^"\\r\\n]*)"|'([^'\\r\\n]*)'|([^ \\t\\r\\n"';]+))`
const secretWord =
  '(?:password|passwd|secret|passphrase|auth-pass|priv-pass|pwd|psksecret|shared_key|server-key|key-string|shared-key|set-key|authentication-key|encryption-key|api-key|private[ -]key|controller-key|secondary-key|md5-key)'

/** In the configurations of devices: words that a secret follows. */
export const cliPatterns: readonly RegExp[] = [
  new RegExp(`(?<![\\w-])[\\w-]*${secretWord}[ \\t]+${kind}(?!-----BEGIN)${word}`, 'dgi'),
  // Kind 0 is clear text, which may hold spaces.
  /(?:password|secret|set-key(?:[ \t]+(?:ascii|hex))?)[ \t]+0[ \t]+([^\r\n]+)/dgi,
  new RegExp(`^[ \\t]*key[ \\t]+(?!\\d+[ \\t]*$|chain[ \\t])${kind}${word}[ \\t]*$`, 'dgi'),
  new RegExp(`^[ \\t]*(?:server|client|tacacs|radius|crypto)\\b.*?[ \\t]key[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(
    `(?<![\\w-])community[ \\t]+(?:(?:read|write|cipher|simple|community-name|\\d)[ \\t]+)*(?!\\d+:\\d+|\\d+[ \\t]*$|list\\b|members\\b|set[ \\t])${word}`,
    'dgi',
  ),
  new RegExp(
    `snmp-server[ \\t]+host[ \\t]+\\S+[ \\t]+(?:(?:vrf[ \\t]+\\S+|traps?|informs?|version[ \\t]+v?(?:1|2c))[ \\t]+)*(?!(?:version|traps?|informs?|vrf|community)\\b)${word}`,
    'dgi',
  ),
  new RegExp(`snmp.*[ \\t]version[ \\t]+v?(?:1|2c)[ \\t]+(?!community\\b)${word}`, 'dgi'),
  new RegExp(`\\bauth[ \\t]+(?:md5|sha[\\w-]*)[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(`\\bpriv[ \\t]+(?:3?des|aes[\\w-]*)[ \\t]+(?:(?:128|192|256)[ \\t]+)?(?!auth\\b)${kind}${word}`, 'dgi'),
  /[ \t]([0-9a-f]{32,})(?![0-9a-z])(?<=snmp.*)/dgi,
  new RegExp(`\\bmessage-digest-key[ \\t]+\\d+[ \\t]+md5[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(`\\busers?[ \\t]+(?:change-)?password[ \\t]+\\S+[ \\t]+${word}`, 'dgi'),
  new RegExp(`(?:ciphertext|cipher)[ \\t]+${word}`, 'dgi'),
  /[ \t]ENC[ \t]+([^\s"]+)/dg,
]

// Patterns of secrets within one line; every group of a pattern is a secret, what is outside the groups stays visible.
// A value that is masked without need does little harm, one that is shown does much: where in doubt, a pattern masks.

const named =
  '(?:password|passwd|passphrase|passcode|passwort|pwd|secret|psk|api[-_]?key|private[-_]?key|pre-?shared[-_]?key|shared[-_]?key|auth(?:entication)?[-_]?key|encryption[-_]?key|access[-_]?key|(?:account|secret|signing|master|session|host|hmac|jwt|tsig|storage|static|md5|wep|wpa)[-_]?key|credentials?|token|community)'
/** What may follow: `passwordHash`, `passwords`, `secret_key_base`, `Password[0]`. */
const suffix = '(?:[-_]?(?:hash(?:es|ed)?|value|text|plain|enc(?:rypted)?|base64|base|old|new|s))?(?:[-_]?\\d+)?'
/** Short words, which are secrets only where they stand alone or after a `_`. */
const short = '(?:(?:[\\w.-]*[-_.])?(?:pass|pw)|(?:db|user|smtp|mail|ftp|admin|root|ldap|wifi|bind)pass|pin)'

/** The name of a field that holds a secret, without what is around it. */
export const secretField = `(?:[\\w.-]*${named}${suffix}|${short})`

const plain = '(?!(?:true|false|yes|no|null|none|on|off|enabled?|disabled?)\\b)'
const quoted = `\\\\"(.*?)(?:\\\\"|$)|[NBbfru]{0,2}"((?:\\\\.|[^"\\\\\\r\\n])*)|[NBbfru]{0,2}'((?:''|\\\\.|[^'\\\\\\r\\n])*)|&quot;(.*?)(?:&quot;|$)`
const value = `${plain}(?:[&!][^\\s"'<>;]*[ \\t]+)?(?:${quoted}|([^\\s;,}"'<>&\\\\]+))`
const iecType = '(?![ \\t]*(?:W?STRING\\b|[A-Z]*INT\\b|[A-Z]*WORD\\b|BOOL\\b|BYTE\\b|L?REAL\\b|TIME\\b|ARRAY\\b))'

/** In every kind of text: fields, URLs, hashes, tokens, database commands. */
export const fieldPatterns: readonly RegExp[] = [
  new RegExp(
    `(?<![\\w.-])${secretField}(?:\\[[^\\]\\r\\n]{0,20}\\])?(?:\\\\?["'])?\\]?[ \\t]*(?::=|=>|=|:(?![=/])${iecType})[ \\t]*${value}`,
    'dgi',
  ),
  // A list on one line: `"passwords": ["x", "y"]`
  new RegExp(`(?<![\\w.-])${secretField}["']?[ \\t]*[:=][ \\t]*[[{]([^\\]}\\r\\n]+)`, 'dgi'),
  // A call: `setPassword("x")`
  new RegExp(`${named}\\([ \\t]*(?:"([^"\\r\\n]*)"|'([^'\\r\\n]*)')`, 'dgi'),
  // A declaration with a type: `Password : STRING(20) := 'x'`
  new RegExp(`(?<![\\w.-])[\\w.-]*${named}\\d*[ \\t]*:[^:=;'"]*:=[ \\t]*${value}`, 'dgi'),
  new RegExp(`<[\\w:.-]*${named}${suffix}(?:[ \\t][^<>]*)?>[ \\t]*(?:<!\\[CDATA\\[(.*?)(?:\\]\\]>|$)|([^<]+))`, 'dgi'),
  new RegExp(
    `(?:key|name|id)\\\\?["']?[ \\t]*[:=][ \\t]*\\\\?["']?[\\w. -]*${named}${suffix}\\\\?["']?(?:,[ \\t]*|[^<>\\r\\n]*?[ \\t])["']?value["']?[ \\t]*[:=][ \\t]*${value}`,
    'dgi',
  ),
  new RegExp(
    `[ \\t]value=(?:"([^"]*)"|'([^']*)')[^<>]*?[ \\t](?:key|name|id)=["'][^"'<>]*${named}${suffix}["']`,
    'dgi',
  ),
  new RegExp(`<[\\w:.-]*${named}${suffix}[ \\t][^<>]*?value=(?:"([^"]*)"|'([^']*)')`, 'dgi'),
  new RegExp(`<[\\w:.-]+[ \\t][^<>]*?(?:key|name|id)=["'][^"'<>]*${named}["'][^<>]*>([^<]+)`, 'dgi'),
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"'<>]*:([^\s/"'<>]+)@/dgi,
  /(\$(?:[1-9][a-z]?|y|c|h|s|apr1|sha\d+|argon2\w*|pbkdf2[\w-]*)\$[\w./$=+*!-]{4,})/dg,
  /\{(?:S?SHA\d*|S?MD5|CRYPT|PBKDF2[\w-]*)\}([\w+/=.$-]{4,})/dgi,
  /\b(eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*)/dg,
  /\bauth(?:orization)?["']?[ \t]*[:=][ \t]*["']?(?:bearer|basic|token|digest)[ \t]+([^\s"',]+)/dgi,
  /\bIDENTIFIED[ \t]+(?:WITH[ \t]+\S+[ \t]+)?(?:BY|AS)[ \t]+(?:PASSWORD[ \t]+)?'((?:''|[^'])*)'?/dgi,
  /\bPASSWORD[ \t]*\(?[ \t]*'((?:''|[^'])*)'?/dgi,
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(.+?)(?:-----END|$)/dg,
]

/** A line of its own in an INI file, an environment file or YAML: what is not quoted is a secret to the end of the line. */
export const lonePattern = new RegExp(
  `^[ \\t]*(?:-[ \\t]+)?(?:export[ \\t]+)?["']?${secretField}["']?[ \\t]*[:=][ \\t]*(?:[&!]\\S*[ \\t]+)*${plain}(?![|>][+-]?\\d*[ \\t]*$)(?!["'{[\\\\])(?![^\\r\\n]*[ \\t][\\w.-]+=)(\\S[^\\r\\n]*)`,
  'dgi',
)

const kind =
  '(?:(?:\\d{1,2}|ENC|encrypted|ciphertext|cipher|plaintext|cleartext|simple|hash|irreversible-cipher|sha[\\d-]*|md5|ascii(?:-text)?|hex|clear|localized|local|remote|text|string|plaintext-password|encrypted-password|key-string)[ \\t]+)*'
const word = `(?!"-----BEGIN)(?:"((?:\\\\.|[^"\\\\\\r\\n])*)|'([^'\\r\\n]*)|([^ \\t\\r\\n"';]+))`
const secretWord =
  '(?:password|passwd|secret|passphrase|pass-phrase|auth-pass|priv-pass|pwd|wpa-psk|psksecret|shared_key|server-key|key-string|shared-key|set-key|authentication-key|encryption-key|api-key|private[ -]key|plaintext-key|encrypted-key|controller-key|secondary-key|md5-key|password-encrypt)'
/** Words between a secret's name and the secret: whose it is, and for what. */
const whose =
  '(?:(?:role|hostname|user-name|user|authentication|encryption)[ \\t]+\\S+[ \\t]+|address[ \\t]+\\S+[ \\t]+(?:\\d+\\.\\d+\\.\\S+[ \\t]+)?|(?:key|manager|operator)[ \\t]+)*'

/** In the configurations of devices: words that a secret follows. */
export const cliPatterns: readonly RegExp[] = [
  new RegExp(`(?<![\\w-])[\\w-]*${secretWord}[ \\t]+${kind}(?!-----BEGIN)${word}`, 'dgi'),
  new RegExp(`(?<![\\w-])[\\w-]*${secretWord}[ \\t]+${whose}${kind}(?!-----BEGIN)${word}`, 'dgi'),
  // Kind 0 is clear text, which may hold spaces.
  /(?:password|secret|set-key(?:[ \t]+(?:ascii|hex))?)[ \t]+0[ \t]+([^\r\n]+)/dgi,
  new RegExp(`^[ \\t]*key[ \\t]+(?!\\d+[ \\t]*$|chain[ \\t])${kind}${word}[ \\t]*$`, 'dgi'),
  new RegExp(`^[ \\t]*key[ \\t]+(?:authentication|accounting|authorization)[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(`^[ \\t]*(?:server|client|tacacs|radius|crypto)\\b.*?[ \\t]key[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(
    `[ \\t]key[ \\t]+(?:\\d+[ \\t]+)?(?:[0678]|ciphertext|cipher|plaintext|cleartext|simple|encrypted|md5|hmac[\\w-]*)[ \\t]+${word}`,
    'dgi',
  ),
  new RegExp(`\\b(?:hmac|sha)[\\w-]*[ \\t]+key[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(`\\b(?:keys?[ \\t]+id|shared-secret)[ \\t]+\\S+[ \\t]+key[ \\t]+${word}`, 'dgi'),
  new RegExp(
    `^[ \\t]*set[ \\t]+(?![\\w-]*public-key)[\\w-]*(?:key|keys|token)\\d*[ \\t]+(?:\\d+[ \\t]+)?(?:ENC[ \\t]+)?${word}`,
    'dgi',
  ),
  new RegExp(`^[ \\t]*set[ \\t]+[\\w -]*[ \\t]key[ \\t]+(?!id[ \\t])(?:ENC[ \\t]+)?${word}[ \\t]*$`, 'dgi'),
  new RegExp(`\\bcak[ \\t=]+${word}`, 'dgi'),
  new RegExp(
    `(?<![\\w-])community[ \\t]+(?:(?:read|write|cipher|simple|community-name|\\d)[ \\t]+)*(?!\\d+:\\d+|\\d+[ \\t]*$|list\\b|members\\b|set[ \\t])${word}`,
    'dgi',
  ),
  new RegExp(`\\bsnmp[ \\t]+community[ \\t]+(?:(?:add|set|modify|delete|name|ro|rw|\\d+)[ \\t]+)+${word}`, 'dgi'),
  new RegExp(
    `snmp-server[ \\t]+host[ \\t]+\\S+[ \\t]+(?:(?:vrf[ \\t]+\\S+|traps?|informs?|version[ \\t]+v?(?:1|2c))[ \\t]+)*(?!(?:version|traps?|informs?|vrf|community)\\b)${word}`,
    'dgi',
  ),
  new RegExp(`snmp.*[ \\t]version[ \\t]+v?(?:1|2c)[ \\t]+(?!community\\b)${word}`, 'dgi'),
  new RegExp(`\\bsecurityname[ \\t]+${word}`, 'dgi'),
  new RegExp(`\\bauth[ \\t]+(?:md5|sha[\\w-]*)[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(
    `\\bpriv[ \\t]+(?:3?des\\d*|aes[\\w-]*)[ \\t]+(?:(?:128|192|256)[ \\t]+)?(?!auth\\b)${kind}${word}`,
    'dgi',
  ),
  new RegExp(`\\bauthentication-mode[ \\t]+(?:md5|sha[\\w-]*|hmac-[\\w-]+|simple|plain)[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(`\\bprivacy-mode[ \\t]+\\S+[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(
    `\\b(?:standby|vrrp|glbp|nhrp)\\b.*?[ \\t]authentication[ \\t]+(?!md5[ \\t]+key-chain)${kind}${word}`,
    'dgi',
  ),
  new RegExp(`\\bauthentication[ \\t]+string[ \\t]+${word}`, 'dgi'),
  /[ \t]([0-9a-f]{32,})(?![0-9a-z])(?<=snmp.*)/dgi,
  new RegExp(`\\bmessage-digest-key[ \\t]+\\d+[ \\t]+md5[ \\t]+${kind}${word}`, 'dgi'),
  new RegExp(`\\busers?[ \\t]+(?:change-)?password[ \\t]+\\S+[ \\t]+${word}`, 'dgi'),
  new RegExp(`\\bmanager[ \\t]+user-name[ \\t]+\\S+[ \\t]+\\S+[ \\t]+${word}`, 'dgi'),
  new RegExp(`(?:ciphertext|cipher)[ \\t]+(?!(?:authentication|privacy)-mode\\b)${word}`, 'dgi'),
  /[ \t]ENC[ \t]+([^\s"]+)/dg,
]

/** A quote that a secret opens and the line does not close. */
export const openedQuote = new RegExp(
  `(?:(?<![\\w.-])${secretField}["']?[ \\t]*(?::=|=>|=|:)|(?<![\\w-])[\\w-]*${secretWord}[ \\t]+${kind})[ \\t]*(?!["']-----BEGIN)(?:"(?:\\\\.|[^"\\\\])*\\\\?|'(?:''|[^'])*)$`,
  'i',
)

/** A field whose value begins on the next line: `password=\` of RouterOS. */
export const continuedField = new RegExp(`(?<![\\w.-])${secretField}=[ \\t]*\\\\$`, 'i')

/** A field whose value is in the lines below, further to the right: YAML, and JSON over several lines. */
export const fieldAbove = new RegExp(
  `^([ \\t]*(?:-[ \\t]+)?)["']?${secretField}["']?[ \\t]*:[ \\t]*(?:[&!]\\S*[ \\t]*)*(?:([|>])[+\\d-]*|[[{])?[ \\t]*(?:#.*)?$`,
  'i',
)

/** The whole name of an element or field that holds a secret. */
export const secretName = new RegExp(`(?:^|[\\w:. -])*?(?:${named}${suffix}|(?:^|[-_.])(?:pass|pw|pin))$`, 'i')

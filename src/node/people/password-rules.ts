import { BlackstartError } from '../../errors.ts'

/** Characters (code points of the NFC form). */
export const shortestPassword = 15
/** Bytes of UTF-8. */
export const longestPassword = 1024

/** Letters and digits only, in lower case: what else is typed between them makes none of these better. */
const evident = new Set([
  'passwordpassword',
  'passwordpassword1',
  'password123456789',
  'mypasswordispassword',
  'thisismypassword',
  'thisisapassword',
  'correcthorsebatterystaple',
  'letmeinletmeinletmein',
  'administrator',
  'administrator1',
  'administrator123',
  'administrator1234',
  'administrateur123',
  'adminadminadmin',
  'administratorpassword',
  'motdepassemotdepasse',
  'motdepasse123456',
  'monmotdepasse123',
  'changemechangeme',
  'changethispassword',
  'pleasechangeme123',
  'qwertyuiopasdfgh',
  'qwertyuiopasdfghjkl',
  'qwertyuiopasdfghjklzxcvbnm',
  'azertyuiopqsdfghjklm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv',
  '1qaz2wsx3edc4rfv5tgb',
  'qazwsxedcrfvtgb',
  'qwertzuiopasdfghjkl',
  'abcdefghijklmno',
  'abcdefghijklmnop',
  'abcdefghijklmnopqrstuvwxyz',
  'blackstartblackstart',
  'blackstartpassword',
  'siemenssiemens123',
  'welcomewelcome123',
  'iloveyouiloveyou',
  'trustno1trustno1',
])

/** A run of keys next to each other, on which a password of one long row is a part. */
const rows = ['01234567890123456789', '98765432109876543210', '1234567890qwertyuiop', 'abcdefghijklmnopqrstuvwxyz']

/**
 * Throws `usage` for a password that a guesser tries among the first. There are no rules of composition: length is what
 * counts (NIST SP 800-63B, 3.1.1.2).
 */
export function checkPassword(password: string, name: string): void {
  const wrong = whyNot(password.normalize('NFC'), name)
  if (wrong !== null) throw new BlackstartError('usage', `The password was not set: ${wrong}`)
}

function whyNot(password: string, name: string): string | null {
  if ([...password].length < shortestPassword) {
    return `it needs at least ${shortestPassword} characters. A sentence of five words does well.`
  }
  if (Buffer.byteLength(password) > longestPassword) return `it may take ${longestPassword} bytes at most.`
  if (/\p{Cc}/u.test(password)) return 'it holds a control character, which no form can type.'
  const bare = bareOf(password)
  const own = bareOf(name)
  if (own.length >= 3 && bare.includes(own) && bare.replaceAll(own, '').length < 8)
    return 'it is little more than the name of the account.'
  const common = evident.has(bare) || rows.some(row => bare.length >= 8 && row.includes(bare))
  if (common || isRepeated(password) || isRepeated(bare)) {
    return 'it is among the first that a guesser tries. Choose a sentence that nobody else would.'
  }
  return null
}

function bareOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** One piece of at most five characters over and over: `aaaa…`, `123123123…`. */
function isRepeated(text: string): boolean {
  return /^(.{1,5}?)\1+.{0,4}$/su.test(text) && new Set(text).size <= 5
}

import { i18n } from '@lingui/core'

type Said = (...parts: readonly string[]) => string

/** What follows from answers, in the reader's language where the page knows the sentence. */
export function consequenceWords(sentence: string): string {
  if (i18n.locale === 'en') return sentence
  const said = sentence.split(/(?<=\.)\s+/u).map(one => {
    for (const [pattern, say] of sentences()) {
      const [, ...parts] = pattern.exec(one) ?? []
      if (pattern.test(one)) return say(...parts.map(spanWords))
    }
    return one
  })
  return said.join(' ')
}

/** `1d 2h`: days have another sign in other languages. */
function spanWords(span: string): string {
  return i18n.locale === 'fr' ? span.replaceAll(/(\d)d\b/g, '$1j') : span
}

function sentences(): readonly (readonly [RegExp, Said])[] {
  return [
    [
      /^What a lost hour costs is not stated, so nothing follows from it yet\.$/,
      () => i18n.t('What a lost hour costs is not stated, so nothing follows from it yet.'),
    ],
    [
      /^Losing (.+) costs (.+) of work\.$/,
      (loss = '', work = '') => i18n.t('Losing {loss} costs {work} of work.', { loss, work }),
    ],
    [
      /^Of the MTD of (.+) people need (.+) in any case: no time is left to do anything again\.$/,
      (mtd = '', needed = '') =>
        i18n.t('Of the MTD of {mtd} people need {needed} in any case: no time is left to do anything again.', {
          mtd,
          needed,
        }),
    ],
    [
      /^Of the MTD of (.+) people need (.+) in any case; the (.+) left are enough to make good a loss of (.+), were nothing to be restored\.$/,
      (mtd = '', needed = '', left = '', most = '') =>
        i18n.t(
          'Of the MTD of {mtd} people need {needed} in any case; the {left} left are enough to make good a loss of {most}, were nothing to be restored.',
          { mtd, needed, left, most },
        ),
    ],
    [
      /^what people do in any case takes (.+) together, longer than the MTD of (.+)$/,
      (needed = '', mtd = '') =>
        i18n.t('what people do in any case takes {needed} together, longer than the MTD of {mtd}', { needed, mtd }),
    ],
    [
      /^the RTO of (.+) is longer than the MTD of (.+); set rto in site\.yaml first$/,
      (rto = '', mtd = '') =>
        i18n.t('the RTO of {rto} is longer than the MTD of {mtd}; set rto in site.yaml first', { rto, mtd }),
    ],
  ]
}

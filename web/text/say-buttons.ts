import { i18n } from '@lingui/core'

/** Commands that the node names, for which the pages have a button. */
const commands: readonly (readonly [RegExp, (name: string) => string])[] = [
  [
    /\(blackstart versions \S+, blackstart restore (\S+)@VERSION --to-device\)/gu,
    item => i18n.t('(“Roll back to it…” in the timeline of {item})', { item }),
  ],
  [/blackstart restore (\S+)@approved --to-device/gu, item => i18n.t('“Roll back…” on the page of {item}', { item })],
  [/blackstart diff ([^\s),.;]+)(?: \S+ latest)?/gu, item => i18n.t('“Difference” on the page of {item}', { item })],
  [/blackstart approve ([^\s),.;@]+)@latest/gu, item => i18n.t('“Approve” on the page of {item}', { item })],
  [/blackstart capture ([^\s),.;]+)/gu, item => i18n.t('“Capture now” on the page of {item}', { item })],
  [/blackstart drill ([^\s),.;]+)/gu, item => i18n.t('“Rehearse…” on the page of {item}', { item })],
  // where it tells what to do by hand, it is the command itself that does
  [/blackstart verify --read-data(?! tells| dit)/gu, () => i18n.t('“Verify every byte” under Storage')],
  [/blackstart plan ([^\s),.;]+)/gu, process => i18n.t('the recovery plan on the page of {process}', { process })],
  [
    /blackstart acknowledge (\S+) \S+(?: --until \S+)?(?: --reason "[^"]*")?/gu,
    () => i18n.t('“Acknowledge…” beside the finding'),
  ],
  [/blackstart versions ([^\s),.;]+)$/gu, item => i18n.t('the timeline of {item}', { item })],
  [
    /(?<=^[^\s/]+\/\S+\s?: .*(?:Set it|Définissez-le)\s?: )blackstart secrets set \S+/gu,
    () => i18n.t('“Set the secret” on its page'),
  ],
  [
    /(?<=^(?:Set its secret|Définissez son secret)\s?: )blackstart secrets set \S+/gu,
    () => i18n.t('“Set the secret” on its page'),
  ],
]

/** A sentence of the node whose commands a page can do itself: it says the button instead. */
export function sayButtons(sentence: string): string {
  return commands.reduce(
    (text, [command, button]) => text.replace(command, (_, name: string) => button(name)),
    sentence,
  )
}

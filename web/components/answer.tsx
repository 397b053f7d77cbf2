import { i18n } from '@lingui/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { RequestError } from '../requests/request.ts'
import { errorWords } from '../text/error-words.ts'
import { told } from '../text/told.ts'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'

interface Props<Data> {
  readonly query: UseQueryResult<Data>
  readonly children: (data: Data) => ReactNode
  /** Shown where the node has nothing of this for whoever asks. */
  readonly absent?: (error: RequestError) => ReactNode
  /** How many grey lines stand for what is coming. */
  readonly lines?: number
}

/** What was asked of the node: its answer, what is known while it is cut off, or why there is none. */
export function Answer<Data>({ query, children, absent, lines = 6 }: Props<Data>) {
  const { data, error, refetch, isFetching } = query
  // what was known of something that is gone, or may not be seen any more, is not shown either
  if (data !== undefined && !isAbsent(error)) return children(data)
  if (error === null) return <Loading lines={lines} />
  if (absent !== undefined && isAbsent(error)) return absent(error)
  return (
    <Banner
      tone="bad"
      inside
      title={isCutOff(error) ? i18n.t('The node cannot be reached') : i18n.t('This cannot be shown')}
      action={
        <Button busy={isFetching} onClick={() => void refetch()}>
          {i18n.t('Try again')}
        </Button>
      }
    >
      {errorText(error)}
    </Banner>
  )
}

/** Also for an address that cannot be one of site.yaml, and for what may not be seen: of that nobody is told whether it is there. */
export function isAbsent(error: unknown): error is RequestError {
  return error instanceof RequestError && ['not-found', 'forbidden', 'invalid'].includes(error.code)
}

function isCutOff(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'cut-off'
}

export function Loading({ lines = 6 }: { lines?: number }) {
  return (
    <div className="stack loading" role="status" aria-label={i18n.t('Loading')}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without content have no other key
        <span key={line} className="skeleton" style={{ width: `${96 - ((line * 37) % 40)}%` }} />
      ))}
    </div>
  )
}

/** What went wrong, for a person: in the node's words; in another language what the code says, and those words where they say more. */
export function errorText(error: unknown): string {
  if (!(error instanceof RequestError)) return i18n.t('This page met a fault of its own. Reload it.')
  if (isCutOff(error)) {
    return i18n.t(
      'The node does not answer. The plant goes on without it; look whether it runs and whether its network is up.',
    )
  }
  const problems = error.told?.problems?.map(({ path, message }) => `${path}: ${message}`) ?? []
  return [...wordsOf(error), ...problems].join(' · ')
}

function wordsOf({ code, message }: RequestError): readonly string[] {
  if (i18n.locale === 'en') return [told(message)]
  const said = told(message)
  if (said !== message) return [said]
  const known = errorWords(code)
  if (known === null) return [message]
  return known.isAll ? [known.words] : [known.words, message]
}

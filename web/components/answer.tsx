import { i18n } from '@lingui/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { RequestError } from '../requests/request.ts'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'

interface Props<Data> {
  readonly query: UseQueryResult<Data>
  readonly children: (data: Data) => ReactNode
  /** How many grey lines stand for what is coming. */
  readonly lines?: number
}

/** What was asked of the node: its answer, what is known while it is cut off, or why there is none. */
export function Answer<Data>({ query, children, lines = 6 }: Props<Data>) {
  const { data, error, refetch, isFetching } = query
  if (data !== undefined) return children(data)
  if (error === null) return <Loading lines={lines} />
  return (
    <Banner
      tone="bad"
      inside
      title={i18n.t('This cannot be shown')}
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

export function Loading({ lines = 6 }: { lines?: number }) {
  return (
    <div className="stack" role="status" aria-label={i18n.t('Loading')}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without content have no other key
        <span key={line} className="skeleton" style={{ width: `${96 - ((line * 37) % 40)}%` }} />
      ))}
    </div>
  )
}

/** What went wrong, for a person: in the node's words, or in the reader's language where those say no more than the code. */
export function errorText(error: unknown): string {
  if (!(error instanceof RequestError)) return i18n.t('This page met a fault of its own. Reload it.')
  if (error.code === 'cut-off') {
    return i18n.t(
      'The node does not answer. The plant goes on without it; look whether it runs and whether its network is up.',
    )
  }
  const problems = error.told?.problems?.map(({ path, message }) => `${path}: ${message}`) ?? []
  const known = i18n.locale === 'en' ? undefined : knownErrors()[error.code]
  return [known ?? error.message, ...problems].join(' · ')
}

function knownErrors(): Readonly<Record<string, string>> {
  return {
    'sign-in-refused': i18n.t('Signing in was refused: name, password or code is wrong.'),
    'locked-out': i18n.t('Too many attempts: wait, then try again.'),
    'signed-out': i18n.t('Sign in first: nobody is signed in, or the session is over.'),
    'password-change-needed': i18n.t('Somebody else chose your password: change it first.'),
    forbidden: i18n.t('Your account has no right to do this here.'),
    forged: i18n.t('This request did not come from a page of this node. Load the page again.'),
    changed: i18n.t('It has changed since you opened it. Nothing was written: look at it again.'),
    busy: i18n.t('The node has too much to do at the moment. Try again soon.'),
    isolated: i18n.t('The node is isolated: end the isolation first.'),
  }
}

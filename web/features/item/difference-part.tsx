import { i18n } from '@lingui/core'
import { iconSuccess } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Item } from '../../../src/api/schema/item.ts'
import type { Change, Diff, VersionRow } from '../../../src/api/schema/version.ts'
import { Answer } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Empty } from '../../components/empty.tsx'
import { Name } from '../../components/name.tsx'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { toldDifference } from '../../text/told.ts'
import { DiffView } from '../difference/diff-view.tsx'
import { diffQuery, newestVersionsQuery } from './item-queries.ts'
import { NoVersion } from './no-version.tsx'
import { VersionChoice } from './version-choice.tsx'

/** Lines around a change, and so many that the whole file is shown. */
const around = 3
const whole = 100_000

export function DifferencePart({ item }: { item: Item }) {
  const versions = useQuery(newestVersionsQuery(item.id))
  const [askedFrom, askedTo] = [useQueryWord('from'), useQueryWord('to')]
  const path = useQueryWord('path')
  if (item.latest === null) {
    return (
      <div className="card">
        <Empty icon={iconSuccess} title={i18n.t('There is nothing to compare yet')}>
          <p>{i18n.t('The first capture makes the first version.')}</p>
        </Empty>
      </div>
    )
  }
  const rows = versions.data?.rows ?? []
  const to = askedTo ?? item.latest
  const from = askedFrom ?? firstFrom(item, rows, to)
  return (
    <>
      <div className="filters">
        <VersionChoice label={i18n.t('Before')} word="from" chosen={from} versions={rows} item={item} />
        <VersionChoice label={i18n.t('After')} word="to" chosen={to} versions={rows} item={item} />
      </div>
      {from === null ? (
        <div className="card">
          <Empty icon={iconSuccess} title={i18n.t('It has one version only')}>
            <p>{i18n.t('What changes on the device appears here, with who approved what.')}</p>
          </Empty>
        </div>
      ) : (
        <Shown item={item.id} from={from} to={to} path={path} />
      )}
    </>
  )
}

/** What a person asks first: how does it differ from what it should be, else from what it was. */
function firstFrom(item: Item, versions: readonly VersionRow[], to: string): string | null {
  if (item.approvedVersion !== null && item.approvedVersion !== to) return item.approvedVersion
  const position = versions.findIndex(({ id }) => id === to)
  return versions[position + 1]?.id ?? null
}

function Shown({ item, from, to, path }: { item: string; from: string; to: string; path: string | null }) {
  const [full, setFull] = useState(false)
  const query = useQuery(diffQuery(item, from, to, path, full && path !== null ? whole : around))
  return (
    <Answer query={query} absent={error => <NoVersion item={item} error={error} />}>
      {diff =>
        diff.changes.length === 0 ? (
          <div className="card">
            <Empty icon={iconSuccess} title={i18n.t('Nothing differs')}>
              <p>
                <Name>{toldDifference(diff.summary)}</Name>
              </p>
            </Empty>
          </div>
        ) : (
          <Differences diff={diff} path={path} full={full} onFull={setFull} />
        )
      }
    </Answer>
  )
}

function Differences({
  diff,
  path,
  full,
  onFull,
}: {
  diff: Diff
  path: string | null
  full: boolean
  onFull: (full: boolean) => void
}) {
  const [shows, setShows] = useState(false)
  const quiet = diff.changes.filter(({ kind }) => kind === 'volatile')
  const all = useMemo(() => diff.changes.toSorted((a, b) => rank(a) - rank(b)), [diff])
  const changes = shows || quiet.length === all.length ? all : all.filter(({ kind }) => kind !== 'volatile')
  const actions = (change: Change) =>
    change.hunks === undefined ? null : path === null ? (
      <Button
        small
        kind="quiet"
        onClick={() => {
          onFull(true)
          setQuery({ path: change.path }, 'push')
        }}
      >
        {i18n.t('Whole file')}
      </Button>
    ) : (
      <span className="buttons">
        <Button small aria-pressed={full} onClick={() => onFull(!full)}>
          {i18n.t('Whole file')}
        </Button>
        <Button small onClick={() => setQuery({ path: null }, 'push')}>
          {i18n.t('All files')}
        </Button>
      </span>
    )
  return (
    <>
      <DiffView
        changes={changes}
        format={diff.format}
        fileActions={actions}
        tools={
          <span className="row">
            <b>
              <Name>{toldDifference(diff.summary)}</Name>
            </b>
            {quiet.length > 0 && quiet.length < diff.changes.length && (
              <Button small aria-pressed={shows} onClick={() => setShows(!shows)}>
                {i18n.t(
                  '{count, plural, one {# file that changes by itself} other {# files that change by themselves}}',
                  { count: quiet.length },
                )}
              </Button>
            )}
          </span>
        }
      />
      {diff.cut && (
        <p className="soft">
          {i18n.t('There are more changes than are shown here. Open one file, or download both versions.')}
        </p>
      )}
    </>
  )
}

/** What can be read stands before what cannot. */
function rank({ kind }: Change): number {
  return ['text', 'added', 'removed', 'moved', 'link', 'type', 'mode', 'layout', 'binary', 'volatile'].indexOf(kind)
}

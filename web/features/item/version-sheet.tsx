import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import type { Version } from '../../../src/api/schema/version.ts'
import { Name } from '../../components/name.tsx'
import { Time } from '../../components/time.tsx'
import { request } from '../../requests/request.ts'
import { toldFact, toldNote } from '../../text/told.ts'
import { versionAddress } from './item-queries.ts'

/** How a version was captured, and what the connector saw of the device then. */
export function VersionSheet({ item, version }: { item: string; version: string }) {
  const { data } = useQuery({
    queryKey: ['item', item, 'version', version],
    queryFn: ({ signal }) => request<Version>(versionAddress(item, version), { signal }),
  })
  if (data === undefined) return null
  const { sheet } = data
  const noted = Object.entries(sheet.observed).map(([name, value]) => [name, toldNote(value)] as const)
  const seen = [...noted, ...Object.entries(sheet.asset)]
  return (
    <details className="more version-sheet">
      <summary>{i18n.t('How it was captured')}</summary>
      <dl className="facts">
        <div>
          <dt>{i18n.t('Connector')}</dt>
          <dd>
            <code>{sheet.connector}</code>
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Began')}</dt>
          <dd>
            <Time at={sheet.started} />
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Ended')}</dt>
          <dd>
            <Time at={sheet.finished} />
          </dd>
        </div>
        <div>
          <dt>{i18n.t('Program')}</dt>
          <dd>
            <Name>{sheet.program}</Name>
          </dd>
        </div>
        {seen.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>
                  <Name>{toldFact(name)}</Name>
                </dt>
                <dd>
                  <Name>{value}</Name>
                </dd>
              </div>
            ),
        )}
      </dl>
    </details>
  )
}

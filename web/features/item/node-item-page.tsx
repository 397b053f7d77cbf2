import { i18n } from '@lingui/core'
import { iconFolder } from '@siemens/ix-icons/icons'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../components/answer.tsx'
import { Empty } from '../../components/empty.tsx'
import { Page } from '../../components/page.tsx'
import { RequestError } from '../../requests/request.ts'
import { nodeItemWords } from '../../text/node-item-words.ts'
import { FilesPart } from './files-part.tsx'
import { newestVersionsQuery } from './item-queries.ts'

/** What the node captures of itself with every sweep: it belongs to no asset, has no device and no schedule of its own. */
export function NodeItemPage({ id }: { id: string }) {
  const query = useQuery(newestVersionsQuery(id))
  const words = nodeItemWords(id)
  return (
    <Page
      title={words?.name ?? id}
      heading={
        <>
          {i18n.t('The node itself')} <span className="soft">/</span> {words?.name ?? id}
        </>
      }
    >
      {words !== null && <p className="soft">{words.holds}</p>}
      {query.error instanceof RequestError && query.error.code === 'not-found' ? (
        <div className="card">
          <Empty icon={iconFolder} title={i18n.t('Not captured yet')}>
            <p>{i18n.t('It is captured with the next sweep: once something of the plant is captured.')}</p>
          </Empty>
        </div>
      ) : (
        <Answer query={query}>
          {({ rows }) => <FilesPart item={{ id, zone: null, latest: rows[0]?.id ?? null }} />}
        </Answer>
      )}
    </Page>
  )
}

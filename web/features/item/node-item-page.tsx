import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../components/answer.tsx'
import { Page } from '../../components/page.tsx'
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
      <Answer query={query}>
        {({ rows }) => <FilesPart item={{ id, zone: null, latest: rows[0]?.id ?? null }} />}
      </Answer>
    </Page>
  )
}

import { i18n } from '@lingui/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { SiteText } from '../../../src/api/schema/site.ts'
import { Answer } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toasts.tsx'
import { RequestError } from '../../requests/request.ts'
import { itemPath } from '../../routing/item-path.ts'
import { navigate } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { itemQuery } from '../item/item-queries.ts'
import { ConflictDialog } from './conflict-dialog.tsx'
import { firstChangedLine } from './draft.ts'
import { ProblemList } from './problem-list.tsx'
import { RefusedBanner } from './refused-banner.tsx'
import { SaveDialog } from './save-dialog.tsx'
import { replacedText, saveSite, siteQuery } from './site-requests.ts'
import { useCheck } from './use-check.ts'
import { useSiteText } from './use-site-text.ts'
import { useUnsaved } from './use-unsaved.ts'
import { type EditorHandle, YamlEditor } from './yaml-editor.tsx'

export function SitePart() {
  const query = useQuery({ ...siteQuery, refetchOnWindowFocus: false })
  return <Answer query={query}>{site => <Editor newest={site} />}</Answer>
}

/** The site's definition as text: checked as one types, compared before it is saved. */
function Editor({ newest }: { newest: SiteText }) {
  const client = useQueryClient()
  const may = useMay('edit-site')
  const editor = useRef<EditorHandle>(null)
  const [comparing, setComparing] = useState(false)
  const { text, setText, base, disk, changed, isElsewhere, take, settle, next, draft } = useSiteText(newest)
  const { problems, checking, sound } = useCheck(text, changed, disk.problems)
  useEffect(() => {
    if (draft !== null) editor.current?.jump(firstChangedLine(draft.text, draft.base.text), 1)
  }, [draft])
  useUnsaved(changed)
  async function save(): Promise<void> {
    const saved = await saveSite(text, base.etag).catch(async (error: unknown) => {
      // the dialog then shows what the disk holds by now
      if (error instanceof RequestError && error.status === 412) await client.refetchQueries(siteQuery)
      throw error
    })
    client.setQueryData(siteQuery.queryKey, saved)
    void client.invalidateQueries({ queryKey: ['site'] })
    settle(saved)
    setComparing(false)
    toast(i18n.t('Saved, and in force. The definition before it is kept as a version.'))
    if (next === null) return
    // the device that was described; it may have been taken out of the text again
    const isThere = await client.fetchQuery(itemQuery(next)).then(
      () => true,
      () => false,
    )
    if (isThere) navigate(itemPath(next))
  }
  return (
    <div className="site-parts">
      <section className="card" aria-labelledby="site-yaml">
        <div className="card-head">
          <h2 id="site-yaml">site.yaml</h2>
          <span className="soft small" role="status">
            {stateWord(changed, newest.refused !== null)}
          </span>
          <span className="buttons">
            <Button disabled={!changed} onClick={() => settle(newest)}>
              {i18n.t('Discard')}
            </Button>
            <Button
              kind="primary"
              disabled={!changed || (!isElsewhere && (!sound || checking !== 'done'))}
              onClick={() => setComparing(true)}
            >
              {i18n.t('Compare and save…')}
            </Button>
          </span>
        </div>
        {newest.refused !== null && !isElsewhere && (
          <RefusedBanner
            changed={changed}
            onPutBack={() => {
              setText(newest.text)
              setComparing(true)
            }}
          />
        )}
        {isElsewhere && (
          <Banner
            tone="warn"
            inside
            title={i18n.t('Somebody else has saved another definition meanwhile')}
            action={<Button onClick={() => setComparing(true)}>{i18n.t('Look at both')}</Button>}
          >
            {i18n.t('Yours is not saved over it. Look at both: yours can be applied on theirs, or copied.')}
          </Banner>
        )}
        {!may && (
          <Banner tone="info" inside>
            {i18n.t('You may look at it. Changing it needs an administrator.')}
          </Banner>
        )}
        <YamlEditor
          ref={editor}
          readOnly={!may}
          value={text}
          problems={problems}
          onChange={setText}
          onSave={() => changed && sound && setComparing(true)}
        />
      </section>
      <ProblemList
        problems={problems}
        checking={checking}
        onJump={problem => editor.current?.jump(problem.line, problem.column)}
      />
      {comparing && isElsewhere && (
        <ConflictDialog
          base={base.text}
          mine={text}
          theirs={disk.text}
          onTake={taken => {
            take(newest, taken)
            setComparing(false)
          }}
          onClose={() => setComparing(false)}
        />
      )}
      {comparing && !isElsewhere && (
        <SaveDialog
          text={text}
          replaced={replacedText(newest, text)}
          onSave={save}
          onClose={() => setComparing(false)}
        />
      )}
    </div>
  )
}

function stateWord(changed: boolean, isRefused: boolean): string {
  if (changed) return i18n.t('Changed, not saved')
  return isRefused ? i18n.t('On the disk, not in force') : i18n.t('In force')
}

import { i18n } from '@lingui/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { SiteText } from '../../../src/api/schema/site.ts'
import { Answer } from '../../components/answer.tsx'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { toast } from '../../components/toasts.tsx'
import { RequestError } from '../../requests/request.ts'
import { useQueryWord } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { ConflictDialog } from './conflict-dialog.tsx'
import { firstChangedLine, takeDraft } from './draft.ts'
import { ProblemList } from './problem-list.tsx'
import { SaveDialog } from './save-dialog.tsx'
import { saveSite, siteQuery, siteVersionQuery } from './site-requests.ts'
import { useCheck } from './use-check.ts'
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
  // what the text began as: another save meanwhile is a conflict, not a silent loss
  const [base, setBase] = useState(newest)
  const [text, setText] = useState(newest.refused?.text ?? newest.text)
  const [comparing, setComparing] = useState(false)
  const changed = text !== base.text
  const { problems, checking, sound } = useCheck(text, changed && may, base)
  useBroughtBack(setText)
  useDraft(setText, base.text, editor)
  useEffect(() => {
    if (!changed && newest.etag !== base.etag) {
      setBase(newest)
      setText(newest.refused?.text ?? newest.text)
    }
  }, [newest, base.etag, changed])
  useUnsaved(changed)
  const elsewhere = changed && newest.etag !== base.etag
  async function save(): Promise<void> {
    const saved = await saveSite(text, base.etag).catch(async (error: unknown) => {
      // the dialog then shows what is in force by now
      if (error instanceof RequestError && error.status === 412) await client.refetchQueries(siteQuery)
      throw error
    })
    client.setQueryData(siteQuery.queryKey, saved)
    void client.invalidateQueries({ queryKey: ['site'] })
    setBase(saved)
    setText(saved.text)
    setComparing(false)
    toast(i18n.t('Saved, and in force. The definition before it is kept as a version.'))
  }
  return (
    <div className="site-parts">
      <section className="card" aria-labelledby="site-yaml">
        <div className="card-head">
          <h2 id="site-yaml">site.yaml</h2>
          <span className="soft small" role="status">
            {changed ? i18n.t('Changed, not saved') : i18n.t('In force')}
          </span>
          <span className="buttons">
            <Button
              disabled={!changed}
              onClick={() => {
                setBase(newest)
                setText(newest.text)
              }}
            >
              {i18n.t('Discard')}
            </Button>
            <Button
              kind="primary"
              disabled={!may || !changed || (!elsewhere && (!sound || checking !== 'done'))}
              onClick={() => setComparing(true)}
            >
              {i18n.t('Compare and save…')}
            </Button>
          </span>
        </div>
        {newest.refused !== null && (
          <Banner tone="warn" inside title={i18n.t('The file on the disk has errors and is not in force')}>
            {i18n.t('It is shown here. Mend it, or discard it and go on with the definition in force.')}
          </Banner>
        )}
        {elsewhere && (
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
      {comparing && elsewhere && (
        <ConflictDialog
          base={base.text}
          mine={text}
          theirs={newest.text}
          onTake={taken => {
            setBase(newest)
            setText(taken)
            setComparing(false)
          }}
          onClose={() => setComparing(false)}
        />
      )}
      {comparing && !elsewhere && <SaveDialog text={text} onSave={save} onClose={() => setComparing(false)} />}
    </div>
  )
}

/** An earlier version that somebody wants back stands in the editor, to be compared and saved like any change. */
function useBroughtBack(setText: (text: string) => void): void {
  const version = useQueryWord('back')
  const { data } = useQuery({ ...siteVersionQuery(version ?? ''), enabled: version !== null })
  useEffect(() => {
    if (data !== undefined) setText(data.text)
  }, [data, setText])
}

/** A text that another page has prepared, shown where it begins to be another. */
function useDraft(setText: (text: string) => void, before: string, editor: RefObject<EditorHandle | null>): void {
  const [line, setLine] = useState<number | null>(null)
  useEffect(() => {
    const draft = takeDraft()
    if (draft === null) return
    setText(draft)
    setLine(firstChangedLine(draft, before))
  }, [setText, before])
  // once the editor has the text
  useEffect(() => {
    if (line !== null) editor.current?.jump(line, 1)
  }, [line, editor])
}

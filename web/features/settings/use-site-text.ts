import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { SiteText } from '../../../src/api/schema/site.ts'
import { setQuery, useQueryWord } from '../../routing/location.ts'
import { useMay, useSession } from '../../session/use-session.ts'
import { dropDraft, heldDraft, keepDraft } from './draft.ts'
import { onDisk, siteVersionQuery } from './site-requests.ts'

/** The text in the editor, and the one of the disk that it began as; the person's draft where they have one. */
export function useSiteText(newest: SiteText) {
  const may = useMay('edit-site')
  const person = useSession()?.person?.name ?? ''
  const disk = onDisk(newest)
  const [draft] = useState(() => (may ? heldDraft(person) : null))
  // another save meanwhile is a conflict, not a silent loss
  const [base, setBase] = useState(draft?.base ?? disk)
  const [text, setText] = useState(draft?.text ?? disk.text)
  const [next, setNext] = useState(draft?.next ?? null)
  const changed = may && text !== base.text
  useBroughtBack(setText)
  useEffect(() => {
    if (disk.etag === base.etag || (changed && text !== disk.text)) return
    setBase(disk)
    setText(disk.text)
  }, [disk, base.etag, changed, text])
  useEffect(() => {
    if (!may) return
    if (changed) keepDraft(person, { text, base, next })
    else dropDraft(person)
  }, [may, changed, person, text, base, next])
  /** Goes on from what the disk holds in `site`, with another text. */
  function take(site: SiteText, taken: string): void {
    setBase(onDisk(site))
    setText(taken)
  }
  return {
    ...{ text, setText, base, disk, changed, take, next, draft },
    isElsewhere: changed && disk.etag !== base.etag,
    /** Nothing is left to be saved. */
    settle(site: SiteText) {
      take(site, onDisk(site).text)
      setNext(null)
    },
  }
}

/** An earlier version that somebody wants back stands in the editor, to be compared and saved like any change. */
function useBroughtBack(setText: (text: string) => void): void {
  const version = useQueryWord('back')
  const { data } = useQuery({ ...siteVersionQuery(version ?? ''), enabled: version !== null })
  useEffect(() => {
    if (version === null || data === undefined) return
    setText(data.text)
    // once: what is typed from then on stays
    setQuery({ back: null })
  }, [version, data, setText])
}

import { i18n } from '@lingui/core'
import { useEffect } from 'react'
import { guardLeaving } from '../../routing/location.ts'

export function useUnsaved(changed: boolean): void {
  useEffect(() => {
    if (!changed) return
    const ask = () => confirm(i18n.t('site.yaml is changed and not saved. Leave anyway?'))
    const release = guardLeaving(ask)
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => {
      release()
      removeEventListener('beforeunload', warn)
    }
  }, [changed])
}

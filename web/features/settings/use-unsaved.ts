import { i18n } from '@lingui/core'
import { useEffect } from 'react'
import { guardLeaving } from '../../routing/location.ts'

export function useUnsaved(changed: boolean): void {
  useEffect(() => {
    if (!changed) return
    return guardLeaving(() => confirm(i18n.t('site.yaml is changed and not saved. Leave anyway?')))
  }, [changed])
}

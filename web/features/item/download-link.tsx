import { iconDownload } from '@siemens/ix-icons/icons'
import { useMutation } from '@tanstack/react-query'
import type { MouseEvent, ReactNode } from 'react'
import { errorText } from '../../components/answer.tsx'
import { Icon } from '../../components/icon.tsx'
import { toast } from '../../components/toasts.tsx'
import { request } from '../../requests/request.ts'
import { versionAddress } from './item-queries.ts'

interface Props {
  readonly item: string
  readonly version: string
  readonly as: 'raw' | 'zip'
  readonly path?: string
  readonly look?: string
  readonly label?: string
  readonly children?: ReactNode
}

/** Asks first whether it is given, and the person for a proof where it takes one; then the browser itself streams it to its disk. */
export function DownloadLink({ item, version, as, path = '', look = '', label, children }: Props) {
  const words = new URLSearchParams({ path })
  const address = versionAddress(item, version, `/${as}?${words}`)
  const ready = useMutation({
    mutationFn: () => request(versionAddress(item, version, `/${as}/ready?${words}`)),
    onSuccess: () => save(address),
    onError: error => toast(errorText(error), 'bad'),
  })
  function follow(event: MouseEvent): void {
    // into another tab: an error leads to the page of the item there
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    if (!ready.isPending) ready.mutate()
  }
  return (
    <a
      className={`btn ${look}`}
      href={address}
      onClick={follow}
      aria-label={label}
      aria-busy={ready.isPending || undefined}
    >
      <Icon of={iconDownload} />
      {children}
    </a>
  )
}

function save(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}

import { i18n } from '@lingui/core'
import { iconCopy, iconDownload } from '@siemens/ix-icons/icons'
import { useMutation } from '@tanstack/react-query'
import { errorText } from '../../components/answer.tsx'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { toast } from '../../components/toasts.tsx'
import { requestText } from '../../requests/request.ts'
import { useMay } from '../../session/use-session.ts'

/** The rule list to take away. The ruleset is made of the whole site, and given to whoever sees all of it. */
export function RuleList() {
  const seesAll = useMay('read')
  return (
    <span className="buttons">
      <Download format="csv" label={i18n.t('As a table (CSV)')} />
      {seesAll && <Download format="nftables" label={i18n.t('For nftables')} />}
      <Download format="json" label={i18n.t('As JSON')} />
      {navigator.clipboard !== undefined && <Copy />}
    </span>
  )
}

function Download({ format, label }: { format: string; label: string }) {
  return (
    <a className="btn" href={`/api/flows/${format}`} download>
      <Icon of={iconDownload} />
      {label}
    </a>
  )
}

/** A browser lends its clipboard to pages over TLS and of this machine alone. */
function Copy() {
  const copy = useMutation({
    mutationFn: async () => navigator.clipboard.writeText(await requestText('/api/flows/csv')),
    onSuccess: () => toast(i18n.t('The rule list is in the clipboard.')),
    onError: error => toast(errorText(error), 'bad'),
  })
  return (
    <Button icon={iconCopy} busy={copy.isPending} onClick={() => copy.mutate()}>
      {i18n.t('Copy')}
    </Button>
  )
}

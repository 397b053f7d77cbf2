import { i18n } from '@lingui/core'
import { Page } from '../../components/page.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { useQueryWord } from '../../routing/location.ts'
import { useMay } from '../../session/use-session.ts'
import { CertificatePart } from './certificate-part.tsx'
import { DirectoriesPart } from './directories-part.tsx'
import { NodePart } from './node-part.tsx'
import { SitePart } from './site-part.tsx'
import { SiteVersionsPart } from './site-versions-part.tsx'
import './settings.css'

export function SettingsPage() {
  const part = useQueryWord('part') ?? 'site'
  const managesPeople = useMay('manage-people')
  const tabs = [
    { name: 'site', label: 'site.yaml', href: '/settings' },
    { name: 'versions', label: i18n.t('Its versions'), href: '/settings?part=versions' },
    { name: 'node', label: i18n.t('Notifications and triggers'), href: '/settings?part=node' },
    { name: 'certificate', label: i18n.t('Certificate'), href: '/settings?part=certificate' },
    ...(managesPeople
      ? [{ name: 'directories', label: i18n.t('Directories'), href: '/settings?part=directories' }]
      : []),
  ]
  return (
    <Page title={i18n.t('Settings')}>
      <Tabs tabs={tabs} current={part} label={i18n.t('Settings')} />
      {part === 'site' && <SitePart />}
      {part === 'versions' && <SiteVersionsPart />}
      {part === 'node' && <NodePart />}
      {part === 'certificate' && <CertificatePart />}
      {part === 'directories' && managesPeople && <DirectoriesPart />}
    </Page>
  )
}

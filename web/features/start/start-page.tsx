import { i18n } from '@lingui/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import { TakesRight } from '../../components/takes-right.tsx'
import { vocabularyQuery } from '../../requests/vocabulary-query.ts'
import { navigate } from '../../routing/location.ts'
import { useMay, useSession } from '../../session/use-session.ts'
import { assetKindWord } from '../../text/kind-words.ts'
import { visibleText } from '../../text/visible-text.ts'
import { heldDraft, keepDraft } from '../settings/draft.ts'
import { onDisk, siteQuery } from '../settings/site-requests.ts'
import { DescribedDevices } from './described-devices.tsx'
import { connectors, type Described, describedItem, deviceYaml, withDevice } from './device-yaml.ts'
import './start.css'

const kinds = [
  'plc',
  'hmi',
  'robot',
  'switch',
  'router',
  'firewall',
  'scada',
  'historian',
  'server',
  'workstation',
  'drive',
  'other',
]

/** As it is typed: the path null as long as nothing is. */
type Typed = Omit<Described, 'path'> & { readonly path: string | null }

const first: Typed = {
  id: '',
  name: '',
  kind: 'plc',
  zone: '',
  level: 1,
  address: '',
  connector: 'ftp',
  user: '',
  path: null,
  model: 'cisco-ios',
}

/** One device, described by filling in a form; what comes out is text, to be read and saved in the settings. */
export function StartPage() {
  const may = useMay('edit-site')
  if (may) return <DeviceForm />
  return (
    <TakesRight
      title={i18n.t('Describe a device')}
      right={i18n.t('change what the site is')}
      who={i18n.t('Administrators have it.')}
    />
  )
}

function DeviceForm() {
  const site = useQuery(siteQuery).data
  const person = useSession()?.person?.name ?? ''
  const zones = useQuery(vocabularyQuery).data?.zones ?? []
  const [typed, setTyped] = useState(first)
  const remote = typed.connector !== 'files'
  const described: Described = {
    ...typed,
    zone: typed.zone === '' ? (zones[0]?.id ?? 'cell-a') : typed.zone,
    // of a device it is what its server offers; of the node's own machine it would be the whole disk
    path: typed.path ?? (remote ? '/' : ''),
  }
  const set = (change: Partial<Typed>) => setTyped(before => ({ ...before, ...change }))
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (site === undefined) return
    // what is being written already goes on
    const { text, base } = heldDraft(person) ?? { text: site.text, base: onDisk(site) }
    const withIt = withDevice(text, described, !zones.some(({ id }) => id === described.zone))
    keepDraft(person, { text: withIt, base, next: describedItem(described) })
    navigate('/settings')
  }
  return (
    <Page
      title={i18n.t('Describe a device')}
      lead={i18n.t(
        'It is added to site.yaml, where you can say much more of it: how critical it is, when it may not be read, what it needs.',
      )}
    >
      <div className="grid-2">
        <form className="card padded stack" onSubmit={submit}>
          <Field label={i18n.t('Id')} hint={i18n.t('Small letters, digits and hyphens: plc-filler')}>
            {ties => (
              <input
                {...ties}
                className="mono"
                required
                pattern="[a-z0-9][a-z0-9._\-]*"
                maxLength={64}
                value={described.id}
                onChange={event => set({ id: event.target.value })}
              />
            )}
          </Field>
          <Field label={i18n.t('Name')}>
            {ties => (
              <input
                {...ties}
                required
                maxLength={200}
                value={described.name}
                onChange={event => set({ name: event.target.value })}
              />
            )}
          </Field>
          <div className="two-fields">
            <Field label={i18n.t('Kind')}>
              {ties => (
                <select {...ties} value={described.kind} onChange={event => set({ kind: event.target.value })}>
                  {kinds.map(kind => (
                    <option key={kind} value={kind}>
                      {assetKindWord(kind)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={i18n.t('Zone')}>
              {ties =>
                zones.length === 0 ? (
                  <input
                    {...ties}
                    required
                    pattern="[a-z0-9][a-z0-9._\-]*"
                    value={described.zone}
                    onChange={event => set({ zone: event.target.value })}
                  />
                ) : (
                  <select {...ties} value={described.zone} onChange={event => set({ zone: event.target.value })}>
                    {zones.map(({ id, name }) => (
                      <option key={id} value={id}>
                        {visibleText(name ?? id)}
                      </option>
                    ))}
                  </select>
                )
              }
            </Field>
          </div>
          <Field label={i18n.t('How it is read')}>
            {ties => (
              <select
                {...ties}
                value={described.connector}
                onChange={event => set({ connector: event.target.value as Described['connector'] })}
              >
                {connectors.map(connector => (
                  <option key={connector} value={connector}>
                    {connectorWord(connector)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {remote && (
            <div className="two-fields">
              <Field label={i18n.t('Address')}>
                {ties => (
                  <input
                    {...ties}
                    required
                    maxLength={253}
                    placeholder="192.168.10.11"
                    value={described.address}
                    onChange={event => set({ address: event.target.value })}
                  />
                )}
              </Field>
              <Field label={i18n.t('User on the device')}>
                {ties => (
                  <input
                    {...ties}
                    required
                    maxLength={100}
                    autoComplete="off"
                    value={described.user}
                    onChange={event => set({ user: event.target.value })}
                  />
                )}
              </Field>
            </div>
          )}
          {described.connector === 'ssh-cli' ? (
            <Field label={i18n.t('Model')}>
              {ties => (
                <input
                  {...ties}
                  required
                  value={described.model}
                  onChange={event => set({ model: event.target.value })}
                />
              )}
            </Field>
          ) : (
            <Field label={i18n.t('Folder to capture')}>
              {ties => (
                <input
                  {...ties}
                  className="mono"
                  required
                  placeholder={remote ? undefined : '/mnt/plc-filler'}
                  value={described.path}
                  onChange={event => set({ path: event.target.value })}
                />
              )}
            </Field>
          )}
          <div>
            <Button kind="primary" type="submit" disabled={site === undefined}>
              {i18n.t('Look at it in site.yaml, and save')}
            </Button>
          </div>
        </form>
        <div className="stack">
          <section className="card padded stack" aria-labelledby="becomes">
            <h2 id="becomes">{i18n.t('What is added to site.yaml')}</h2>
            <pre className="command">{visibleText(deviceYaml(described))}</pre>
          </section>
          <section className="card padded stack" aria-labelledby="described">
            <h2 id="described">{i18n.t('Described already')}</h2>
            <DescribedDevices />
          </section>
        </div>
      </div>
    </Page>
  )
}

function connectorWord(connector: Described['connector']): string {
  return {
    ftp: i18n.t('FTP: a controller that offers its files'),
    sftp: i18n.t('SFTP: files over SSH'),
    'ssh-cli': i18n.t('SSH: the configuration of a switch, router or firewall'),
    files: i18n.t('A folder that this node can see'),
  }[connector]
}

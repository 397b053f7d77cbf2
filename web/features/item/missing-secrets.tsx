import { i18n } from '@lingui/core'
import type { Item } from '../../../src/api/schema/item.ts'
import { SetSecret } from '../../components/set-secret.tsx'

/** What the node must be told before it can read the device; nothing where all is known. */
export function MissingSecrets({ item }: { item: Item }) {
  const missing = item.secrets.filter(({ set }) => !set)
  if (missing.length === 0) return null
  return (
    <section className="card padded stack" aria-labelledby="missing-secrets">
      <h2 id="missing-secrets">{i18n.t('Secrets not set')}</h2>
      {missing.map(({ name }) => (
        <SetSecret key={name} name={name} />
      ))}
    </section>
  )
}

import { i18n } from '@lingui/core'
import type { Directory, DirectoryLdap, DirectoryOidc } from '../../../src/api/schema/directory.ts'
import { Field } from '../../components/field.tsx'
import { DirectoryForm, TextField, type Word } from './directory-form.tsx'

export function OidcDialog({ oidc, onClose }: { oidc: Directory['oidc']; onClose: () => void }) {
  const isKept = oidc?.hasSecret ?? false
  const body = (word: Word, grants: DirectoryLdap['grants']) => oidcBody(word, grants, isKept)
  return (
    <DirectoryForm
      kind="oidc"
      title={i18n.t('OpenID Connect')}
      grants={oidc?.grants ?? []}
      body={body}
      onClose={onClose}
    >
      <p className="soft">
        {i18n.t('Where the issuer sends browsers back to: {address}', {
          address: `${location.origin}/api/session/oidc/callback`,
        })}
      </p>
      <TextField
        name="issuer"
        label={i18n.t('Issuer')}
        hint="https://login.plant.example"
        given={oidc?.issuer ?? 'https://'}
        required
      />
      <TextField name="clientId" label={i18n.t('Client')} given={oidc?.clientId ?? ''} required />
      <Field
        label={i18n.t('The client’s secret')}
        hint={
          isKept
            ? i18n.t('One is stored, and kept where this is empty. It is never shown.')
            : i18n.t('Empty for a client without one, which PKCE alone protects.')
        }
      >
        {ties => <input {...ties} name="clientSecret" type="password" autoComplete="new-password" maxLength={1_000} />}
      </Field>
      {isKept && (
        <label className="check">
          <input type="checkbox" name="noSecret" value="on" />
          {i18n.t('The client has no secret any more')}
        </label>
      )}
      <TextField name="scope" label={i18n.t('Scope')} given={oidc?.scope ?? 'openid profile'} required />
      <TextField
        name="nameClaim"
        label={i18n.t('Claim with the name')}
        given={oidc?.nameClaim ?? 'preferred_username'}
        required
      />
      <TextField
        name="groupsClaim"
        label={i18n.t('Claim with the groups')}
        given={oidc?.groupsClaim ?? 'groups'}
        required
      />
      <TextField
        name="ca"
        label={i18n.t('Authority of its certificate')}
        hint={i18n.t('A PEM file in the site folder; empty: those that this machine trusts')}
        given={oidc?.ca ?? ''}
      />
    </DirectoryForm>
  )
}

function oidcBody(word: Word, grants: DirectoryLdap['grants'], isKept: boolean): DirectoryOidc {
  const secret = word('clientSecret')
  const keeps = isKept && secret === '' && word('noSecret') !== 'on'
  return {
    ...{ issuer: word('issuer'), clientId: word('clientId'), scope: word('scope') },
    ...{ nameClaim: word('nameClaim'), groupsClaim: word('groupsClaim'), grants },
    ca: word('ca') === '' ? null : word('ca'),
    ...(keeps ? {} : { clientSecret: secret === '' ? null : secret }),
  }
}

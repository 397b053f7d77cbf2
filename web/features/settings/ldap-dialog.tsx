import { i18n } from '@lingui/core'
import type { Directory, DirectoryLdap } from '../../../src/api/schema/directory.ts'
import { DirectoryForm, TextField, type Word } from './directory-form.tsx'

export function LdapDialog({ ldap, onClose }: { ldap: Directory['ldap']; onClose: () => void }) {
  return (
    <DirectoryForm kind="ldap" title={i18n.t('LDAP')} grants={ldap?.grants ?? []} body={ldapBody} onClose={onClose}>
      <TextField
        name="url"
        label={i18n.t('Address')}
        hint={i18n.t('ldaps://directory.plant, or ldap:// with StartTLS')}
        given={ldap?.url ?? 'ldaps://'}
        required
      />
      <label className="check">
        <input type="checkbox" name="startTls" value="on" defaultChecked={ldap?.startTls ?? false} />
        {i18n.t('StartTLS')}
      </label>
      <TextField
        name="bindAs"
        label={i18n.t('As whom a person signs in')}
        hint={i18n.t('With {name} for what is typed: uid={name},ou=people,dc=plant, or {name}@plant.example', {
          name: '{name}',
        })}
        given={ldap?.bindAs ?? ''}
        required
      />
      <TextField
        name="base"
        label={i18n.t('Where people are looked for')}
        hint={i18n.t('Below which entry, where the line above is no DN: dc=plant,dc=example')}
        given={ldap?.base ?? ''}
      />
      <TextField
        name="memberOf"
        label={i18n.t('Attribute that names a person’s groups')}
        given={ldap?.memberOf ?? 'memberOf'}
        required
      />
      <details open={ldap?.groups != null}>
        <summary>{i18n.t('Groups name their members instead')}</summary>
        <div className="stack">
          <TextField
            name="groupBase"
            label={i18n.t('Where groups are looked for')}
            hint={i18n.t('Empty: they are not looked for')}
            given={ldap?.groups?.base ?? ''}
          />
          <TextField
            name="member"
            label={i18n.t('Attribute that names the members')}
            given={ldap?.groups?.member ?? 'member'}
          />
        </div>
      </details>
      <TextField
        name="ca"
        label={i18n.t('Authority of its certificate')}
        hint={i18n.t('A PEM file in the site folder; empty: those that this machine trusts')}
        given={ldap?.ca ?? ''}
      />
    </DirectoryForm>
  )
}

function ldapBody(word: Word, grants: DirectoryLdap['grants']): DirectoryLdap {
  const base = word('groupBase')
  return {
    ...{ url: word('url'), startTls: word('startTls') === 'on', bindAs: word('bindAs'), base: word('base') },
    memberOf: word('memberOf'),
    groups: base === '' ? null : { base, member: word('member') },
    ca: word('ca') === '' ? null : word('ca'),
    grants,
  }
}

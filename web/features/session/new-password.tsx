import { i18n } from '@lingui/core'
import { useState } from 'react'
import { Field } from '../../components/field.tsx'

/** NIST SP 800-63B: length counts, composition does not. */
const shortest = 15

export function NewPassword({ name = 'password' }: { name?: string }) {
  const [typed, setTyped] = useState('')
  const length = [...typed].length
  const left = shortest - length
  return (
    <Field
      label={i18n.t('New password')}
      wrong={
        length > 0 && left > 0
          ? i18n.t('{left, plural, one {# character is missing} other {# characters are missing}}', { left })
          : null
      }
      hint={i18n.t(
        'At least 15 characters. Four words that only you would put together are good, and easy to type at 03:00.',
      )}
    >
      {ties => (
        <input
          {...ties}
          name={name}
          type="password"
          autoComplete="new-password"
          minLength={shortest}
          required
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
      )}
    </Field>
  )
}

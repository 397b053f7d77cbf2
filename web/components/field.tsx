import { iconWarning } from '@siemens/ix-icons/icons'
import { type ReactNode, useId } from 'react'
import { Icon } from './icon.tsx'

interface Props {
  readonly label: string
  readonly hint?: ReactNode | undefined
  readonly wrong?: string | null
  readonly className?: string
  /** Draws the control with what ties it to its label. */
  readonly children: (ties: {
    id: string
    'aria-describedby': string | undefined
    'aria-invalid': boolean
  }) => ReactNode
}

export function Field({ label, hint, wrong = null, className = '', children }: Props) {
  const id = useId()
  const told = hint !== undefined || wrong !== null
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': told ? `${id}-told` : undefined, 'aria-invalid': wrong !== null })}
      {told && (
        <div id={`${id}-told`}>
          {wrong !== null && (
            <span className="wrong" role="alert">
              <Icon of={iconWarning} />
              {wrong}
            </span>
          )}
          {hint !== undefined && <span className="hint">{hint}</span>}
        </div>
      )}
    </div>
  )
}

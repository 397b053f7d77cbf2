import { useEffect, useRef, useState } from 'react'
import { setQuery, useQueryWord } from '../routing/location.ts'
import { Field } from './field.tsx'

/** A search whose words stand in the address, once the typing pauses. */
export function SearchField({ label, word = 'q', hint }: { label: string; word?: string; hint?: string }) {
  const asked = useQueryWord(word) ?? ''
  const [typed, setTyped] = useState(asked)
  const sent = useRef(asked)
  useEffect(() => {
    if (asked === sent.current) return
    sent.current = asked
    setTyped(asked)
  }, [asked])
  useEffect(() => {
    if (typed === sent.current) return
    const timer = setTimeout(() => {
      sent.current = typed
      setQuery({ [word]: typed })
    }, 200)
    return () => clearTimeout(timer)
  }, [typed, word])
  return (
    <Field label={label} className="search">
      {ties => (
        <input
          {...ties}
          type="search"
          value={typed}
          placeholder={hint}
          onChange={event => setTyped(event.target.value)}
        />
      )}
    </Field>
  )
}

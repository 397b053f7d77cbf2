import { type UseMutationOptions, useMutation } from '@tanstack/react-query'
import { useRef } from 'react'

type Options<Data, Given> = UseMutationOptions<Data, Error, Given>

/**
 * A mutation that is done once, and again only after it failed. The second press of a double click comes before the button is
 * drawn as busy, or when the first has succeeded and the page does not show it yet.
 */
export function useOneShot<Data, Given = void>({ onError, ...options }: Options<Data, Given>) {
  const isUnderWay = useRef(false)
  const { mutate, ...shot } = useMutation<Data, Error, Given>({
    ...options,
    onError: (...failure) => {
      isUnderWay.current = false
      return onError?.(...failure)
    },
  })
  function act(given: Given): void {
    if (isUnderWay.current) return
    isUnderWay.current = true
    mutate(given)
  }
  return { act, error: shot.error, isBusy: shot.isPending || shot.isSuccess }
}

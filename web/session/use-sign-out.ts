import { useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../requests/request.ts'

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => request('/api/session', { method: 'DELETE' }),
    // nothing of what one person saw stays for the next
    onSuccess: () => {
      client.clear()
      location.assign('/')
    },
  })
}

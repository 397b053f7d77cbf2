import { useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../requests/request.ts'
import { leaveFor, mayLeave } from '../routing/location.ts'

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () => {
      if (!mayLeave()) return false
      await request('/api/session', { method: 'DELETE' })
      return true
    },
    // nothing of what one person saw stays for the next
    onSuccess: isOut => {
      if (!isOut) return
      client.clear()
      sessionStorage.clear()
      leaveFor('/')
    },
  })
}

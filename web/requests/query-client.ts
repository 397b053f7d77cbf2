import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { RequestError } from './request.ts'

/**
 * Whoever is signed out meets the sign-in page, wherever they were; and whoever must choose a password, the page for that. False for
 * any other error. Called by whatever asks the node past the client.
 */
export function meetSignIn(error: unknown): boolean {
  const hasEnded = error instanceof RequestError && ['signed-out', 'password-change-needed'].includes(error.code)
  if (hasEnded) void queryClient.invalidateQueries({ queryKey: ['session'] })
  return hasEnded
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: meetSignIn }),
  mutationCache: new MutationCache({ onError: meetSignIn }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: true,
      networkMode: 'always',
      retry: (count, error) =>
        count < 2 && error instanceof RequestError && (error.status === 0 || error.status >= 502),
    },
    mutations: { networkMode: 'always', retry: false },
  },
})

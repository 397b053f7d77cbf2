import { type ComponentType, lazy } from 'react'
import type { RouteProps } from './routes.ts'

type Shown = ComponentType<RouteProps>

/** The script of a page could not be loaded: the node does not answer, or it serves another build by now. */
export class NotLoaded extends Error {
  constructor(cause: unknown) {
    super('The script of this page could not be loaded.', { cause })
    this.name = 'NotLoaded'
  }
}

/** A page whose script is loaded when it is first visited, and again after that has failed. */
export interface RoutePage {
  readonly shown: () => Shown
  /** Forgets a failure. */
  readonly again: () => void
  /** Never fails: a visit tries again. */
  readonly preload: () => Promise<void>
}

export function routePage<Name extends string>(name: Name, load: () => Promise<Record<Name, Shown>>): RoutePage {
  const make = () =>
    lazy<Shown>(async () => {
      const loaded = await load().catch((cause: unknown) => {
        throw new NotLoaded(cause)
      })
      return { default: loaded[name] }
    })
  let shown = make()
  return {
    shown: () => shown,
    again: () => {
      shown = make()
    },
    preload: () =>
      load().then(
        () => undefined,
        () => undefined,
      ),
  }
}

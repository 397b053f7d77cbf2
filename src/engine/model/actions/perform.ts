import { prune } from '../../prune/prune.ts'
import type { Action } from '../operation.ts'
import type { Scene } from '../scene.ts'
import { backUp } from './back-up.ts'
import { rewrite, tag } from './change.ts'
import { copy } from './copy.ts'
import { forget, forgetSome } from './forget.ts'
import { look, unlock } from './look.ts'
import { repair } from './repair.ts'
import { store } from './store.ts'

export async function perform(action: Action, scene: Scene): Promise<void> {
  switch (action.do) {
    case 'store':
      return await store(scene, action.snapshots)
    case 'back up':
      return await backUp(scene)
    case 'forget':
      return await forget(scene, action.policy)
    case 'forget some':
      return await forgetSome(scene, action.snapshots)
    case 'prune':
      await prune(scene.here.repository, { ...action.options, lockWait: { atMost: 60 } }, scene.signal)
      return
    case 'tag':
      return await tag(scene, action.snapshot, action.word)
    case 'rewrite':
      return await rewrite(scene, action.without, action.forget)
    case 'copy':
      return await copy(scene, action.snapshots)
    case 'repair':
      return await repair(scene, action)
    case 'look':
      return await look(scene, action.readData)
    case 'unlock':
      return await unlock(scene, action.all)
  }
}

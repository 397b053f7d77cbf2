import { backendContract } from '../../storage/contract.ts'
import { memoryBackend } from './memory-backend.ts'

backendContract('memory', () => Promise.resolve(memoryBackend(new Map(), 'memory')))

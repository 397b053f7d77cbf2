import { Worker } from 'node:worker_threads'

/** A thread that runs the module `name` beside the module `beside` (its `import.meta.url`). */
export function startWorker(name: `${string}-worker`, beside: string, workerData?: unknown): Worker {
  // The same file is TypeScript here and JavaScript in the published library.
  const module = new URL(`./${name}${beside.endsWith('.ts') ? '.ts' : '.js'}`, beside)
  // A thread takes over the words that Node was started with, but cannot be a file where these say how to read a text.
  const execArgv = process.execArgv.some(word => word.startsWith('--input-type')) ? { execArgv: [] } : {}
  return new Worker(module, { workerData, resourceLimits: { maxYoungGenerationSizeMb: 8 }, ...execArgv })
}

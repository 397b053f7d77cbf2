import { openSftpFiles } from './device-files.ts'
import type { PlantState } from './plant-state.ts'

const recipes = '/project/recipes/recipes.csv'

/** Fills less into the bottles of a recipe than it says on them. Returns what was done, for a sentence. */
export async function tamperHmi(state: PlantState): Promise<string> {
  await using files = await openSftpFiles(state)
  const text = (await files.read(recipes)).toString('utf8')
  const found = /^(3;([^;]*);)([\d.]+);(\d+)/m.exec(text)
  if (found === null) throw new Error('the HMI holds no recipe 3 any more: npm run lab -- reset')
  const [whole, start, name, volume, delay] = found
  const less = (Number(volume) - 4).toFixed(1)
  await files.write(recipes, text.replace(whole, `${start}${less};${Number(delay) - 5}`))
  return `changed recipe 3, ${name}: ${less} ml instead of ${volume} ml, and a shorter closing delay`
}

import { definedModel } from '../../capture/ssh-cli/cli-definition.ts'
import { cliModels } from '../../capture/ssh-cli/models/all.ts'
import { sshCli } from '../../capture/ssh-cli/ssh-cli.ts'
import type { EndMark } from '../../recover/content/end-mark.ts'
import type { AssetItem } from '../../site/item-lookup.ts'

/** How files of an item's content end, by the model that made it; `format` is its name. */
export function endMarksOf({ item }: AssetItem, format: string | null): ReadonlyMap<string, EndMark> {
  const define = item.via === sshCli.kind ? sshCli.options.parse(item.options).define : undefined
  const own = define === undefined ? [] : [definedModel(define)]
  const model = [...own, ...cliModels].find(({ name }) => name === format)
  const marks = model?.captures.flatMap(({ file, endMark }) => (endMark === null ? [] : [[file, endMark] as const]))
  return new Map(marks)
}

/** Where an item's page is: `asset/item` names two parts of the path. */
export function itemPath(item: string, query: Readonly<Record<string, string>> = {}): string {
  const words = new URLSearchParams(query).toString()
  return `/items/${item.split('/').map(encodeURIComponent).join('/')}${words === '' ? '' : `?${words}`}`
}

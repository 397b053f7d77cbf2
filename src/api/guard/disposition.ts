/** `Content-Disposition` for a name that came from a device: whatever is in it, it is a name and nothing else. RFC 6266, RFC 8187. */
export function dispositionOf(name: string): string {
  // no path, nothing that turns the direction of text, no end of line; and not longer than file systems take
  const tame = name
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '_')
    .toWellFormed()
  const short = shortened(tame === '' ? 'file' : tame)
  const ascii = short.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const extended = encodeURIComponent(short).replaceAll(/['()*!]/g, sign => `%${sign.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`
}

const mostBytes = 180

/** With its end, which says what it is. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name
  const end = /\.[A-Za-z0-9]{1,12}$/.exec(name)?.[0] ?? ''
  let kept = ''
  for (const sign of name) {
    if (Buffer.byteLength(kept + sign + end) > mostBytes) break
    kept += sign
  }
  return kept + end
}

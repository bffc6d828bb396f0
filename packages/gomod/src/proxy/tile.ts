const TILE_WIDTH = 256

/**
 * Reports whether the path names a tile as the go command names it: height 8, level 0 to 7 or `data`, the index in
 * groups of three digits with an `x` before all but the last, and for a partial tile `.p/` and its width. There is
 * one spelling only for each tile (x/mod's tlog.ParseTilePath). Levels above 7 would need more than 2^64 records, and
 * indexes that JavaScript cannot count exactly are as far off.
 */
export function isTilePath(path: string): boolean {
  const parts = /^tile\/8\/(?:data|[0-7])\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path)
  if (!parts) return false
  const [, groups = '', width = '1'] = parts
  const index = Number(groups.replace(/[x/]/g, ''))
  return !groups.startsWith('x000/') && Number.isSafeInteger(index) && Number(width) < TILE_WIDTH
}

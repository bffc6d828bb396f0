/** Sizes as people read them. */

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `512 B`, `1.2 MB`, `50 GB`: powers of 1000, as the settings have them. */
export function sizeInWords(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`
}

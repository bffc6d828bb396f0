/** A decimal number of any length, plus one. It stays text: versions have no upper limit. */
export function increment(decimal: string): string {
  const nines = trailingRun(decimal, '9')
  const head = decimal.slice(0, decimal.length - nines)
  const zeros = '0'.repeat(nines)
  return head === '' ? `1${zeros}` : step(head, 1) + zeros
}

/** A decimal number of any length, minus one; undefined if it is zero. */
export function decrement(decimal: string): string | undefined {
  const zeros = trailingRun(decimal, '0')
  const head = decimal.slice(0, decimal.length - zeros)
  if (head === '') return undefined
  const nines = '9'.repeat(zeros)
  return head === '1' && zeros > 0 ? nines : step(head, -1) + nines
}

function trailingRun(text: string, digit: string): number {
  let start = text.length
  while (start > 0 && text[start - 1] === digit) start--
  return text.length - start
}

/** The last digit moved by one; the caller knows that there is no carry. */
function step(decimal: string, by: 1 | -1): string {
  return decimal.slice(0, -1) + String(Number(decimal.at(-1)) + by)
}

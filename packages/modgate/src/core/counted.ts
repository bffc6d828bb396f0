/** How many of something, in words: a program that says "1 modules" was read by nobody who wrote it. */

/** `1 problem`, `1,234 problems`; where the plural is no `s`, it is given: `2 entries`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`
}

/** A value as one word of a POSIX shell, for lines that people paste. */

/** Quoted where it has to be, and only there. */
export function shellWord(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** Times of RFC 3339 to the microsecond, as Go's module index has them; a Date ends at the millisecond. */

/** Of microseconds since the epoch, in UTC. */
export function formatTimestamp(time: number): string {
  const micros = String(time % 1000).padStart(3, '0')
  return new Date(Math.floor(time / 1000)).toISOString().replace('Z', `${micros}Z`)
}

/** Microseconds since the epoch, a finer time as the next of them; undefined for what is no time of RFC 3339. */
export function parseTimestamp(text: string): number | undefined {
  const [, seconds, fraction = '', zone = ''] = rfc3339.exec(text) ?? []
  const milliseconds = Date.parse(`${seconds}${zone}`.toUpperCase())
  const nanoseconds = Number(fraction.slice(1).padEnd(9, '0'))
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1000 + Math.ceil(nanoseconds / 1000)
}

const rfc3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

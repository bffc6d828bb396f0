/** How a log stands, in lines for a terminal and as data for a program. */

import { counted } from '../core/counted.ts'
import type { LogStanding } from '../gateway/log/log-standing.ts'

/** The four digits of bytes that tell two keys of one name apart, as in GOSUMDB. */
const keyIdOf = ({ name, verifierKey }: LogStanding) => verifierKey?.slice(name.length + 1).split('+')[0]

export function standingText(standing: LogStanding): string {
  const { name, head, guard, closed, rotation } = standing
  const rows = [
    ['log', name],
    ['key id', keyIdOf(standing) ?? 'unknown: the key is not there'],
    ['size', head ? recordsInWords(head.size) : 'unknown: there is no head that can be read'],
    ['root', head?.root ?? 'unknown'],
    ['signed', signedInWords(head?.signedAt)],
    ['guard', `${guard.path}: ${guard.size === undefined ? 'remembers nothing' : recordsInWords(guard.size)}`],
    ['signs', closed ? `no (${closed.cause})` : 'yes'],
    ...(closed ? [['why', closed.why] as const, ['next', closed.next] as const] : []),
    ...(rotation === undefined ? [] : [['rotation', `to ${rotation}, cut off: modgate log rotate ends it`] as const]),
  ] as const
  return rows.map(([word, value]) => `${word.padEnd(8)} ${value}`).join('\n')
}

export function standingJson(standing: LogStanding): object {
  const { name, verifierKey, head, guard, closed, rotation } = standing
  return {
    ...{ name, key: verifierKey ?? null, keyId: keyIdOf(standing) ?? null },
    ...{ size: head?.size ?? null, root: head?.root ?? null },
    signedAt: head && head.signedAt > 0 ? new Date(head.signedAt).toISOString() : null,
    guard: { path: guard.path, size: guard.size ?? null, root: guard.root ?? null },
    ...(closed ? { signs: false, ...closed } : { signs: true }),
    ...(rotation === undefined ? {} : { rotation: { to: rotation } }),
  }
}

/** `1 record`, `12 records`. */
export const recordsInWords = (count: number): string => counted(count, 'record')

function signedInWords(at: number | undefined): string {
  if (at === undefined) return 'unknown'
  return at === 0 ? 'never: it is empty' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

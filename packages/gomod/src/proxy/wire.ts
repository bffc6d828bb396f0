import { quote } from '../module/index.ts'
import { RequestError } from './request.ts'

/** The most bytes of a path on the wire. Far more than module paths have, far less than servers and files would bear. */
export const MAX_WIRE_LENGTH = 2048

/**
 * Takes the percent-encoding off a path. Any printable ASCII character may be encoded, needlessly too, since gateways
 * in between differ in what they encode, and the plain form is what counts; but an encoded slash would change where
 * the elements begin, and nothing else may hide.
 */
export function decodePath(wire: string): string {
  if (wire.length > MAX_WIRE_LENGTH) throw new RequestError('too-long', `longer than ${MAX_WIRE_LENGTH} bytes`)
  const bad = /[^-A-Za-z0-9._~!$&'()*+,;=:@/%]/.exec(wire)
  if (bad) throw new RequestError('encoding', `character ${quote(bad[0])} has to be percent-encoded`)
  return wire.replace(/%([^]{0,2})/g, (escape, digits: string) => {
    const code = /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : -1
    if (code < 0x20 || code > 0x7e || code === 0x2f) {
      throw new RequestError('encoding', `escape ${quote(escape)} is not allowed`)
    }
    return String.fromCharCode(code)
  })
}

/** Encodes what Go's `url.PathEscape` encodes, slashes apart: the exclamation mark too, but not `+`. */
export function encodePath(plain: string): string {
  return plain.replace(
    /[^-A-Za-z0-9._~$&+=:@/]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

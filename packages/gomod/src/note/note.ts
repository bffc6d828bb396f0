import { decodeBase64, encodeBase64 } from './base64.ts'
import { NoteError } from './error.ts'
import { formatKeyHash, isValidName } from './key-text.ts'
import type { Signer, Verifier } from './key.ts'

/** One signature line of a note. */
export interface Signature {
  readonly name: string
  readonly keyHash: number
  /** Key id and signature bytes, as they stand in the note. */
  readonly base64: string
}

/** A text and who signed it. Only `signatures` were checked. */
export interface Note {
  /** Ends in a newline. */
  readonly text: string
  readonly signatures: readonly Signature[]
  /** Signatures by keys that nobody here knows: witnesses, successors. They prove nothing. */
  readonly unverifiedSignatures: readonly Signature[]
}

/** A note that parsed although no known key signed it. */
export class UnverifiedNoteError extends NoteError {
  readonly note: Note

  constructor(note: Note) {
    super('unverified', 'note has no verifiable signatures')
    this.note = note
  }
}

/** The longest note that is read, in bytes; Go sets the same bound on the text of a tree head. */
const maxNoteSize = 1_000_000
const maxSignatures = 100
const signaturePrefix = '— '
const keyIdSize = 4

/**
 * Opens a signed note (C2SP signed-note; x/mod/sumdb/note) and checks every signature of a known verifier. Signatures
 * by unknown keys are kept apart, repeated ones are dropped. Throws a `NoteError`: `malformed`, `ambiguous` when two
 * verifiers share name and key hash, `invalid-signature` as soon as one known key's signature fails, and an
 * `UnverifiedNoteError` (which carries the note) when no known key has signed.
 */
export function open(message: Uint8Array | string, verifiers: readonly Verifier[]): Note {
  const { text, lines } = split(decode(message))
  const bytes = new TextEncoder().encode(text)
  const verified = new Map<string, Signature>()
  const unverified = new Map<string, Signature>()
  for (const line of lines) {
    const { signature, raw } = parseSignature(line)
    const verifier = findVerifier(verifiers, signature)
    const key = keyOf(signature)
    if (verifier === undefined) {
      unverified.set(line, signature)
    } else if (!verified.has(key)) {
      if (!verifier.verify(bytes, raw)) throw new NoteError('invalid-signature', `invalid signature for key ${key}`)
      verified.set(key, signature)
    }
  }
  const note = { text, signatures: [...verified.values()], unverifiedSignatures: [...unverified.values()] }
  if (verified.size === 0) throw new UnverifiedNoteError(note)
  return note
}

/**
 * Signs `note` and returns the encoded message. Signatures that the note already carries stay and come first, except
 * those of the keys that sign now. Throws a `NoteError` when the text does not end in a newline or holds what a note
 * cannot hold, when a name is invalid, or when a signature's text does not belong to its key hash.
 */
export function sign(note: Pick<Note, 'text'> & Partial<Note>, ...signers: readonly Signer[]): Uint8Array {
  const { text, signatures = [], unverifiedSignatures = [] } = note
  if (!text.endsWith('\n') || !isPlainText(text)) throw malformed('text')
  const bytes = new TextEncoder().encode(text)
  const added = signers.map((signer) => signWith(signer, bytes))
  const replaced = new Set(added.map(keyOf))
  const kept = [...signatures, ...unverifiedSignatures].filter((signature) => {
    checkSignature(signature)
    return !replaced.has(keyOf(signature))
  })
  const lines = [...kept, ...added].map(({ name, base64 }) => `${signaturePrefix}${name} ${base64}\n`)
  return new TextEncoder().encode(`${text}\n${lines.join('')}`)
}

function decode(message: Uint8Array | string): string {
  if (message.length > maxNoteSize) throw malformed(`it is longer than ${maxNoteSize} bytes`)
  const text = typeof message === 'string' ? message : decodeUtf8(message)
  if (!isPlainText(text)) throw malformed('it holds control characters or is not UTF-8')
  return text
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed('it is not UTF-8')
  }
}

function isPlainText(text: string): boolean {
  return text.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(text)
}

/** The last blank line divides text and signatures: a text may hold blank lines of its own. */
function split(message: string): { readonly text: string; readonly lines: readonly string[] } {
  const end = message.lastIndexOf('\n\n')
  const block = message.slice(end + 2)
  if (end < 0 || !block.endsWith('\n')) throw malformed('no signatures')
  const lines = block.slice(0, -1).split('\n', maxSignatures + 1)
  if (lines.length > maxSignatures) throw malformed(`more than ${maxSignatures} signatures`)
  return { text: message.slice(0, end + 1), lines }
}

function parseSignature(line: string): { readonly signature: Signature; readonly raw: Uint8Array } {
  const nameEnd = line.indexOf(' ', signaturePrefix.length)
  if (!line.startsWith(signaturePrefix) || nameEnd < 0) throw malformed('bad signature line')
  const name = line.slice(signaturePrefix.length, nameEnd)
  const base64 = line.slice(nameEnd + 1)
  const bytes = decodeBase64(base64)
  if (!isValidName(name) || bytes === undefined || bytes.length <= keyIdSize) throw malformed('bad signature line')
  return { signature: { name, keyHash: keyIdOf(bytes), base64 }, raw: bytes.subarray(keyIdSize) }
}

function findVerifier(verifiers: readonly Verifier[], { name, keyHash }: Signature): Verifier | undefined {
  const [found, second] = verifiers.filter((verifier) => verifier.name === name && verifier.keyHash === keyHash)
  // Whoever could slip a second key under a known name and hash owns the list; better say so than pick one.
  if (second !== undefined) throw new NoteError('ambiguous', `ambiguous key ${name}+${formatKeyHash(keyHash)}`)
  return found
}

function signWith(signer: Signer, message: Uint8Array): Signature {
  const { name, keyHash } = signer
  if (!isValidName(name)) throw new NoteError('invalid-name', `invalid signer name ${JSON.stringify(name)}`)
  const id = Buffer.alloc(keyIdSize)
  id.writeUInt32BE(keyHash)
  return { name, keyHash, base64: encodeBase64(Buffer.concat([id, signer.sign(message)])) }
}

function checkSignature({ name, keyHash, base64 }: Signature): void {
  const bytes = decodeBase64(base64)
  if (!isValidName(name)) throw new NoteError('invalid-name', `invalid signature name ${JSON.stringify(name)}`)
  if (bytes === undefined || bytes.length < keyIdSize || keyIdOf(bytes) !== keyHash) throw malformed('bad signature')
}

function keyIdOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, keyIdSize).getUint32(0)
}

function keyOf({ name, keyHash }: Signature): string {
  return `${name}+${formatKeyHash(keyHash)}`
}

function malformed(reason: string): NoteError {
  return new NoteError('malformed', `malformed note: ${reason}`)
}

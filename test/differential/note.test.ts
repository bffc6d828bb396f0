import * as note from '@modgate/gomod/note'
import { type Difference, differential } from './compare.ts'
import type { Random } from './random.ts'

const { NoteError } = note
const keys = [1, 2, 3].map((seed) => note.generateKey(`k${seed}.example`, new Uint8Array(32).fill(seed)))
const marks = ['\n', '\n\n', '\r', '\t', ' ', '+', '=', '==', '0', '9', '—', '— ', '/', 'x', 'A', '\u00a0', '\u0085', '\ufeff', '\0', '-_'] // prettier-ignore

/** A text that a note may hold, unless chance has taken its last newline or put a control character in. */
function text(random: Random): string {
  const damaged = random.damageText('go.sum database tree\n5\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n', 2, marks)
  return random.once(8) ? damaged : `${damaged.replace(/[\0-\x09\x0b-\x1f]/g, '')}\n`
}

const fields = ({ name, keyHash }: { readonly name: string; readonly keyHash: number }) => ({ name, keyHash })

differential('note reads the keys that Go reads', async ({ random, agree }) => {
  const damaged = (kind: 'signer' | 'verifier') =>
    random.times(3000, () => [random.damageText(random.pick(keys)[kind], 2, marks)] as const)
  const newVerifier = (key: string) => fields(note.newVerifier(key))
  await agree({ op: 'note.newVerifier', inputs: damaged('verifier'), ours: newVerifier, refusal: NoteError })
  const newSigner = (key: string) => fields(note.newSigner(key))
  await agree({ op: 'note.newSigner', inputs: damaged('signer'), ours: newSigner, refusal: NoteError })
})

differential('note makes the verifier keys that Go makes', async ({ random, agree }) => {
  const size = () => (random.once(4) ? random.below(40) : 32)
  const inputs = random.times(300, () => {
    const key = Uint8Array.from({ length: size() }, () => random.below(256))
    return [random.join(['a', '.', 'example', 'é', '/'], 5), key] as const
  })
  await agree({ op: 'note.newEd25519VerifierKey', inputs, ours: note.newEd25519VerifierKey, refusal: NoteError })
})

/** Go signs what nobody, Go included, will open. */
const controlCharacters: Difference<readonly [given: note.Note, signers: readonly string[]]> = {
  why: 'a text with control characters is not signed',
  holds: ({ args: [{ text: signed }], ours, go }) =>
    'error' in ours && 'value' in go && /[\0-\x09\x0b-\x1f]/.test(signed),
}

differential('note opens the notes that Go opens, and finds the same signatures good', async ({ random, agree }) => {
  const signed = () => {
    const signers = keys.filter(() => random.once(2)).map(({ signer }) => note.newSigner(signer))
    const body = `${random.damageText('a text\n\nof two parts', 2, marks).replace(/[\0-\x09\x0b-\x1f]/g, '')}\n`
    const message = note.sign({ text: body }, ...signers)
    return random.once(3) ? message : random.damage(message, 3, marks)
  }
  const known = () => keys.filter(() => !random.once(3)).map(({ verifier }) => verifier)
  await agree({
    op: 'note.open',
    inputs: random.times(4000, () => [signed(), known()] as const),
    ours: (message, verifiers) => note.open(message, verifiers.map(note.newVerifier)),
    refusal: NoteError,
  })
})

differential('note signs as Go does, with the signatures that a note already has', async ({ random, agree }) => {
  const verifiers = keys.map(({ verifier }) => note.newVerifier(verifier))
  const inputs = random.times(1500, () => {
    const body = text(random)
    const some = () => keys.filter(() => random.once(2)).map(({ signer }) => signer)
    return [random.once(2) ? withSignatures(random, body) : plainNote(body), some()] as const
  })
  function withSignatures(chance: Random, body: string): note.Note {
    const signer = note.newSigner(chance.pick(keys).signer)
    try {
      return note.open(note.sign({ text: body }, signer), verifiers.slice(0, 1 + chance.below(3)))
    } catch (error) {
      return error instanceof note.UnverifiedNoteError ? error.note : plainNote(body)
    }
  }
  await agree({
    op: 'note.sign',
    inputs,
    ours: (given, signers) => note.sign(given, ...signers.map(note.newSigner)),
    refusal: NoteError,
    differences: [controlCharacters],
  })
})

function plainNote(body: string): note.Note {
  return { text: body, signatures: [], unverifiedSignatures: [] }
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import {
  generateCosignatureKey,
  newCosigner,
  newVerifier,
  NoteError,
  open,
  sign,
  type Verifier,
} from '@modgate/gomod/note'
import { checkTree, equalHashes, parseCount, parseHash, type Tree } from '@modgate/gomod/tlog'

/** What a witness does instead of its work. */
export type Misbehaviour =
  | { readonly kind: 'status'; readonly status: number }
  /** Signs another text. */
  | { readonly kind: 'wrong-signature' }
  /** Says that it has cosigned so many records. */
  | { readonly kind: 'size'; readonly size: number }
  /** Never answers. */
  | { readonly kind: 'hangs' }
  /** Sends without end. */
  | { readonly kind: 'flood' }

/** A witness of one log that checks all that C2SP tlog-witness wants checked, and remembers in memory. */
export interface TestWitness {
  readonly name: string
  readonly verifierKey: string
  /** What it has cosigned last. */
  latest: Tree | undefined
  misbehaviour: Misbehaviour | undefined
  /** Statuses of its honest answers, in order. */
  readonly answered: number[]
  /** Questions that came, answered or not. */
  asked: number
  answer(body: string): WitnessReply
}

export interface WitnessReply {
  readonly status: number
  readonly type: string
  readonly text: string
}

const reply = (status: number, text: string, type = 'text/plain; charset=utf-8'): WitnessReply => ({
  status,
  type,
  text,
})

/** Knows one log, by its verifier key. */
export function testWitness(logKey: string, name = 'witness.example/w1'): TestWitness {
  const keys = generateCosignatureKey(name)
  const log = newVerifier(logKey)
  const cosigner = newCosigner(keys.signer, () => Math.floor(Date.now() / 1000))
  const witness: TestWitness = {
    name,
    verifierKey: keys.verifier,
    latest: undefined,
    misbehaviour: undefined,
    answered: [],
    asked: 0,
    answer(body) {
      witness.asked++
      const said = misbehaved(witness.misbehaviour) ?? judged(body)
      witness.answered.push(said.status)
      return said
    },
  }

  function judged(body: string): WitnessReply {
    const request = parsed(body, log)
    if ('status' in request) return request
    const { text, tree, old, proof } = request
    const latest = witness.latest ?? { size: 0, hash: tree.hash }
    if (old > tree.size) return reply(400, 'the old size is above the checkpoint\n')
    if (old !== latest.size) return reply(409, `${latest.size}\n`, 'text/x.tlog.size')
    if (old === tree.size && old > 0 && !equalHashes(latest.hash, tree.hash))
      return reply(409, `${old}\n`, 'text/x.tlog.size')
    if (!extended(proof, tree, latest)) return reply(422, 'the proof does not hold\n')
    witness.latest = tree
    const signed = witness.misbehaviour?.kind === 'wrong-signature' ? text.replace('\n', '/other\n') : text
    return reply(
      200,
      Buffer.from(sign({ text: signed }, cosigner))
        .toString()
        .slice(signed.length + 1),
    )
  }

  return witness
}

function misbehaved(misbehaviour: Misbehaviour | undefined): WitnessReply | undefined {
  if (misbehaviour?.kind === 'status') return reply(misbehaviour.status, 'not now\n')
  if (misbehaviour?.kind === 'size') return reply(409, `${misbehaviour.size}\n`, 'text/x.tlog.size')
  return undefined
}

interface Question {
  readonly old: number
  readonly proof: readonly Uint8Array[]
  readonly text: string
  readonly tree: Tree
}

/** A question by its form and its signature, or why it is none. */
function parsed(body: string, log: Verifier): Question | WitnessReply {
  const end = body.indexOf('\n\n')
  const [oldLine = '', ...proof] = body.slice(0, end).split('\n')
  const old = parseCount(/^old (.*)$/.exec(oldLine)?.[1] ?? '')
  const checkpoint = body.slice(end + 2)
  if (end < 0 || old === undefined || proof.length > 63) return reply(400, 'not a request\n')
  if (!checkpoint.startsWith(`${log.name}\n`)) return reply(404, 'no such log\n')
  try {
    const { text } = open(checkpoint, [log])
    const [, size = '', root = ''] = text.split('\n')
    return { old, proof: proof.map(parseHash), text, tree: { size: parseCount(size)!, hash: parseHash(root) } }
  } catch (error) {
    if (error instanceof NoteError) return reply(403, 'not signed by the log\n')
    return reply(400, 'not a checkpoint\n')
  }
}

function extended(proof: readonly Uint8Array[], tree: Tree, latest: Tree): boolean {
  if (latest.size === 0 || latest.size === tree.size) return proof.length === 0
  try {
    checkTree(proof, tree, latest)
    return true
  } catch {
    return false
  }
}

/** Listens on a free port of the loopback; it ends with the test. Answers the flag's value for `--witness`. */
export async function serveWitness(t: TestContext, witness: TestWitness): Promise<string> {
  const server = createServer((request, response) => void answered(witness, request, response).catch(() => undefined))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `${witness.verifierKey}=http://127.0.0.1:${(server.address() as AddressInfo).port}/submit`
}

async function answered(witness: TestWitness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const kind = witness.misbehaviour?.kind
  if (kind === 'hangs') {
    witness.asked++
    return
  }
  if (kind === 'flood') {
    response.writeHead(200)
    while (!response.destroyed) {
      if (!response.write(Buffer.alloc(64 * 1024, '—'))) await once(response, 'drain')
    }
    return
  }
  const isMine = request.method === 'POST' && request.url === '/submit/add-checkpoint'
  const { status, type, text } = isMine ? witness.answer(Buffer.concat(chunks).toString()) : reply(404, 'not here\n')
  response.writeHead(status, { 'content-type': type }).end(text)
}

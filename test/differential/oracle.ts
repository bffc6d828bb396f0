import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** What Go says: a value, or that it refuses. A refusal of a file of lines tells where they are wrong. */
export type Answer = { readonly value: unknown } | { readonly error: Refusal }

export interface Refusal {
  readonly message: string
  readonly at?: readonly { readonly line: number; readonly column: number }[]
  /** Go's code ended in a panic, which is no decision. */
  readonly panic?: boolean
}

/** The running program of `tools/oracle`. */
export interface Oracle extends AsyncDisposable {
  /** Asks the same of each list of arguments and answers in their order. Bytes among the arguments become base64. */
  ask(op: string, inputs: readonly (readonly unknown[])[]): Promise<readonly Answer[]>
}

/** Starts the oracle. Questions reject once it has ended. */
export function startOracle(path: string): Oracle {
  const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: PromiseWithResolvers<Answer>[] = []
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity })
  lines.on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Answer))
  const end = (reason: unknown) => {
    for (const { reject } of waiting.splice(0)) reject(reason)
  }
  child.stdin.on('error', end)
  child.on('close', () => end(new Error('the oracle has ended')))
  return {
    async ask(op, inputs) {
      const answers = inputs.map((): PromiseWithResolvers<Answer> => Promise.withResolvers())
      waiting.push(...answers)
      child.stdin.write(inputs.map((args) => `${JSON.stringify({ op, args: wire(args) })}\n`).join(''))
      return Promise.all(answers.map(({ promise }) => promise))
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await closed
    },
  }
}

/** The value as it looks behind the wire: bytes in base64, nothing undefined. */
export function wire(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  }
  if (Array.isArray(value)) return value.map(wire)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, wire(item)]),
  )
}

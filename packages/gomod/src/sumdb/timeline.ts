import type { Verifier } from '../note/index.ts'
import { emptyTreeHash, type Tree } from '../tlog/index.ts'
import { ForkError, SumdbError } from './error.ts'
import { checkExtends, type Head, openHead } from './head.ts'
import type { ClientOps } from './ports.ts'
import type { Tiles } from './tiles.ts'

/** A head that waits to be merged, and who waits for it. */
interface Pending {
  readonly head: Head
  readonly settle: PromiseWithResolvers<void>
}

/** Each lost race means that another client moved the pin, so a handful of losses in a row is a broken store. */
const writeAttempts = 16

/**
 * The one history of a database that this client has seen. Heads only ever move it forward; one that contradicts it is a
 * fork. Heads that arrive while others are checked are merged together: the largest first, since all others are then
 * checked against one tree, and the pin is written once.
 */
export class Timeline {
  readonly #verifier: Verifier
  readonly #tiles: Tiles
  readonly #ops: ClientOps
  readonly #file: string
  #latest: Head = { tree: { size: 0, hash: emptyTreeHash() }, note: new Uint8Array() }
  #savedSize = 0
  #start: Promise<void> | undefined
  #queue: Pending[] = []
  #merging = false

  constructor(verifier: Verifier, tiles: Tiles, ops: ClientOps) {
    this.#verifier = verifier
    this.#tiles = tiles
    this.#ops = ops
    this.#file = `${verifier.name}/latest`
  }

  /** Returns the largest tree seen, at the first call the pinned one. Rejects when the pin cannot be read or trusted. */
  async latest(): Promise<Tree> {
    this.#start ??= this.#readPin().catch((error: unknown) => {
      this.#start = undefined // a store that was away for a moment must not end the client
      throw error
    })
    await this.#start
    return this.#latest.tree
  }

  /**
   * Takes a signed head into the history and resolves once the pin covers it. An older head is fine when the history
   * begins with it, and moves nothing. Rejects with a `SumdbError`, or with what the outside rejects with.
   */
  async merge(note: Uint8Array): Promise<void> {
    const head = openHead(note, this.#verifier, `tree head of ${this.#verifier.name}`)
    await this.latest()
    const settle: PromiseWithResolvers<void> = Promise.withResolvers()
    this.#queue.push({ head, settle })
    if (!this.#merging) void this.#mergeQueue()
    await settle.promise
  }

  async #readPin(): Promise<void> {
    const pinned = this.#openPin(await this.#ops.readConfig(this.#file))
    if (pinned === undefined) return
    this.#latest = pinned
    this.#savedSize = pinned.tree.size
  }

  /** Merges until no head waits. Never rejects: every head is settled on its own. */
  async #mergeQueue(): Promise<void> {
    this.#merging = true
    while (this.#queue.length > 0) {
      const batch = this.#queue.sort((a, b) => b.head.tree.size - a.head.tree.size)
      this.#queue = []
      await this.#mergeBatch(batch)
    }
    this.#merging = false
  }

  /** Settles every head of a batch. Never rejects. */
  async #mergeBatch(batch: readonly Pending[]): Promise<void> {
    const accepted = new Set<Pending>()
    const attempt = async (pending: Pending): Promise<void> => {
      try {
        await this.#accept(pending.head)
        accepted.add(pending)
      } catch (error) {
        pending.settle.reject(error)
      }
    }
    const behind: Pending[] = []
    for (const pending of batch) {
      // As a rule only the first moves the history; the next largest gets its turn when the largest is refused.
      if (pending.head.tree.size > this.#latest.tree.size) await attempt(pending)
      else behind.push(pending)
    }
    await Promise.all(behind.map(attempt))
    try {
      await this.#writePin()
      for (const { settle } of accepted) settle.resolve()
    } catch (error) {
      for (const { settle } of accepted) settle.reject(error)
    }
  }

  /** Checks a head against the history, and moves the history when the head is ahead of it. */
  async #accept(head: Head): Promise<void> {
    const isAhead = head.tree.size > this.#latest.tree.size
    const [newer, older] = isAhead ? [head, this.#latest] : [this.#latest, head]
    try {
      await checkExtends(newer, older, this.#tiles)
    } catch (error) {
      if (error instanceof ForkError) this.#ops.securityError(error.message)
      throw error
    }
    if (isAhead) this.#latest = head
  }

  /** Moves the pin up to the history, and the history up to the pin when another client was faster. */
  async #writePin(): Promise<void> {
    for (let attempt = 0; this.#savedSize < this.#latest.tree.size; attempt++) {
      if (attempt === writeAttempts)
        throw new SumdbError('conflict', `${this.#file}: lost ${attempt} races for the pin`)
      const old = await this.#ops.readConfig(this.#file)
      const pinned = this.#openPin(old)
      if (pinned !== undefined) await this.#accept(pinned)
      const next = this.#latest
      const isPinned = pinned?.tree.size === next.tree.size
      if (isPinned || (await this.#ops.writeConfig(this.#file, old, next.note))) this.#savedSize = next.tree.size
    }
  }

  #openPin(note: Uint8Array): Head | undefined {
    return note.length === 0 ? undefined : openHead(note, this.#verifier, `pinned head ${this.#file}`)
  }
}

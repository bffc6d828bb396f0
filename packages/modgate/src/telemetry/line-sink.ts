/**
 * Lines to a file descriptor, in groups and without waiting. Each line is encoded at once into a buffer that a whole group shares;
 * strings that are glued together and encoded later cost twice as much.
 */

import { write, writeSync } from 'node:fs'

export interface LineSink {
  /** Takes a line that ends in a newline. Lost where more than 4 MiB wait, or where nobody can read any more. */
  write(line: string): void
  /**
   * Writes what waits, before it returns: for a process that is about to die. A group that is on its way already is written too,
   * but may come later. Never throws.
   */
  flushSync(): void
  /** Resolves when all that was taken is written. */
  drain(): Promise<void>
}

const groupBytes = 65_536
const groupMilliseconds = 100
const maxWaiting = 64
const retryMilliseconds = 10
const maxRetries = 100

/** A sink for a descriptor. It writes a last time when the process exits. */
export function lineSink(fd: number): LineSink {
  const sink = new DescriptorSink(fd)
  process.on('exit', () => sink.flushSync())
  return sink
}

class DescriptorSink implements LineSink {
  readonly #fd: number
  #group = Buffer.allocUnsafe(groupBytes)
  #used = 0
  #waiting: Buffer[] = []
  #writing = false
  #broken = false
  #timer: NodeJS.Timeout | undefined
  #drained: (() => void)[] = []

  constructor(fd: number) {
    this.#fd = fd
  }

  write(line: string): void {
    if (this.#broken || this.#waiting.length >= maxWaiting) return
    // A character of a string takes three bytes of UTF-8 at most.
    if (line.length * 3 > groupBytes - this.#used) this.#close()
    if (line.length * 3 > groupBytes) this.#waiting.push(Buffer.from(line))
    else this.#used += this.#group.write(line, this.#used)
    if (this.#waiting.length > 0) this.#next()
    else this.#timer ??= setTimeout(() => this.#send(), groupMilliseconds).unref()
  }

  flushSync(): void {
    this.#close()
    for (const group of this.#waiting.splice(0)) this.#writeSync(group)
  }

  async drain(): Promise<void> {
    this.#send()
    if (this.#writing) await new Promise<void>((resolve) => this.#drained.push(resolve))
  }

  #send(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#close()
    this.#next()
  }

  /** Ends the group that is being filled. */
  #close(): void {
    if (this.#used === 0) return
    this.#waiting.push(this.#group.subarray(0, this.#used))
    this.#group = Buffer.allocUnsafe(groupBytes)
    this.#used = 0
  }

  #next(): void {
    if (this.#writing) return
    const group = this.#waiting.shift()
    if (group) this.#write(group)
    else for (const resolve of this.#drained.splice(0)) resolve()
  }

  #write(group: Buffer): void {
    this.#writing = true
    write(this.#fd, group, 0, group.length, null, (error, written) => {
      if (error && !mayRetry(error)) this.#giveUp()
      const rest = error ? group : group.subarray(written)
      if (this.#broken || rest.length === 0) {
        this.#writing = false
        this.#next()
      } else if (error) setTimeout(() => this.#write(rest), retryMilliseconds)
      else this.#write(rest)
    })
  }

  #writeSync(group: Buffer): void {
    let rest = group
    for (let retries = 0; rest.length > 0 && retries < maxRetries && !this.#broken;) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest))
      } catch (error) {
        if (!mayRetry(error)) this.#giveUp()
        retries++
        pause()
      }
    }
  }

  /** A pipe whose reader has gone must not take the gate down with it. */
  #giveUp(): void {
    this.#broken = true
    this.#waiting = []
  }
}

function mayRetry(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR')
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMilliseconds)
}

#!/usr/bin/env node
/** The command line, where the process begins. */

import { thisMachine } from '../config/machine.ts'
import { runCommandLine } from './command-line.ts'

// Whoever reads the output may have seen enough (`modgate config schema | head`): no reason for a stack trace. A disk may be full.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  process.stderr.write(`modgate: the output cannot be written: ${error.message}\n`)
  process.exit(1)
})

// Where remarks and failures cannot be written, there is nobody to be told; the exit code says enough.
process.stderr.on('error', () => undefined)

// Pauses and time limits keep no process alive, so that none of them holds up its end; a command that has nothing else to wait for must not
// end in the middle of one.
const underWay = setInterval(() => undefined, 2 ** 30)
void runCommandLine(process.argv.slice(2), process, thisMachine()).then((code) => {
  process.exitCode = code
  clearInterval(underWay)
  // A handle that somebody forgot must not keep a process alive that has said goodbye; unref, so that it costs nothing otherwise.
  setTimeout(() => process.exit(), 2000).unref()
})

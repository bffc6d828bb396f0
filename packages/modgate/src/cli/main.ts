#!/usr/bin/env node
/** The command line, where the process begins. */

import { thisMachine } from '../config/machine.ts'
import { runCommandLine } from './command-line.ts'

// Whoever reads the output may have seen enough (`modgate config schema | head`): no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCommandLine(process.argv.slice(2), process, thisMachine())

// A handle that somebody forgot must not keep a process alive that has said goodbye; unref, so that it costs nothing otherwise.
setTimeout(() => process.exit(), 2000).unref()

import { goProgram } from './go-program.ts'

/** A small program over golang.org/x/mod that reads a whole checksum database and believes nothing of it. */
export const logVerifier = goProgram('log-verifier', 'the log verifier')

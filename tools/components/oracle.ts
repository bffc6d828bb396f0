import { goProgram } from './go-program.ts'

/** A small program over golang.org/x/mod that differential tests ask: what would Go answer? */
export const oracle = goProgram('oracle', 'the x/mod oracle')

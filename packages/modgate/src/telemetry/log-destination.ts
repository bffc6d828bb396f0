import type { DestinationStream } from 'pino'

/** Where lines go: a file descriptor, or anything that takes text. */
export type LogDestination = number | DestinationStream

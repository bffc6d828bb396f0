/**
 * Forensics of build logs. A log is mostly noise, and may be a gigabyte of it, so it is read in two speeds: an automaton over the
 * bytes finds the lines with a text that some row of the catalogue, or some failure at all, has in it; only those, and the lines that
 * belong to them, are decoded, freed of what a CI system wrapped around them, joined to messages and held against patterns.
 * Everything that is kept is bounded: clusters, names, templates, the length of lines.
 */
export type { Root } from './failure-clusters.ts'
export type { UnknownFailure } from './failure-template.ts'
export { logBytes, type LogBytesOptions } from './log-bytes.ts'
export type { LogFacts, SettingSeen } from './log-facts.ts'
export { logReader, type LogReader, type LogReport } from './log-reader.ts'
export type { MessageLine } from './message-assembly.ts'
export type { NamesSeen } from './bounded-names.ts'

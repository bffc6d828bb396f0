/** What each check of an audit is about, for the rules of a report. */

import type { FindingId } from '../finding.ts'

export const auditExplanations: Readonly<Partial<Record<FindingId, string>>> = {
  MG0901:
    'With GOSUMDB=off no checksum database is asked about any module. go.sum is still compared, so that what it has is safe; a version that it does not have yet is believed as it comes, and written down as the truth.',
  MG0902:
    'A module that GONOSUMDB (or GOPRIVATE, which is its default) matches is not looked up in a checksum database. A star crosses dots, and matching is by whole path elements from the front; a pattern that matches strangers takes them out too.',
  MG0903:
    'Variables and flags that never existed, or no longer do, change nothing. Whoever wrote them thinks otherwise.',
  MG0904:
    'GOINSECURE is about modules that are fetched directly from their host: it allows plain HTTP and skips the check of certificates. It has nothing to do with proxies or with the checksum database.',
  MG0905:
    'Modules of public hosts have a record in the public checksum database. A private pattern that covers them gives that up without need.',
  MG0911:
    'Without go.sum there is nothing that a download is compared with but the checksum database, and for modules that it is not asked about there is nothing at all.',
  MG0912:
    'The hash of a module version that is neither in go.sum nor in a checksum database that is asked is taken from the first download. If that one was tampered with, so is everything that is compared with it later.',
  MG0913: 'go.sum belongs into the repository and into every place that builds from it.',
  MG0914: 'A build that removes go.sum, or lets the go command add to it, compares with what it has just been given.',
  MG0915: 'go mod download without go.sum writes hashes instead of comparing them.',
  MG0916:
    'Toolchains are verified by the checksum database alone. Go before 1.26.9 and 1.27.2 took a line of go.sum for it, so that whoever may change go.sum could choose the compiler.',
  MG0917: 'Two different hashes for one file cannot both be right. The go command compares with the first.',
  MG0918: 'The go command stops at a go.mod or go.sum that it cannot read.',
  MG0921:
    'The path of a private module that is asked from a public proxy or looked up in a public database is known there from then on, and often says what somebody works on. A stranger can publish a module under a name that was asked for, where the host allows it.',
  MG0922: 'replace decides what is built instead of what is required, and for the main module alone.',
  MG0923: 'The go command refuses a vendor directory whose list does not agree with go.mod.',
  MG0924:
    'Where one build verifies a module and another does not, what the second lets in reaches the first by go.sum, or fails there.',
  MG0925: 'A proxy over plain HTTP is allowed. Nothing protects what it answers but go.sum and the checksum database.',
  MG0926: 'What is in a repository is in all of its copies, and stays in its history.',
  MG0927: 'A value that the go command cannot read stops it before it asks anybody.',
  MG0930: 'Values that come from secrets, variables or programs are not guessed.',
}

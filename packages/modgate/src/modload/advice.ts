/** What somebody can do who resolves modules, where the advice of the table is one for the operator of a gate. */

import { failureCodes, type FailureCode } from '../core/failure-codes.ts'
import { Failure } from '../core/failure.ts'

const steps: Partial<Record<FailureCode, string>> = {
  'module-not-found': 'check the spelling, and that the version is published',
  'disabled-by-off': 'set GOPROXY to a proxy, or fill the module cache first: go mod download',
  'discovery-invalid': 'the go command would refuse it too: tell who runs the host of the module path',
  'vcs-unsupported': 'fetch it through a proxy, or fill the module cache first: go mod download',
  'origin-refused': 'check where the module path leads (go-import); a repository without TLS wants GOINSECURE',
  'git-missing': 'install git, and see that it is in PATH',
  'program-missing': 'install the program, and see that it is in PATH',
  'mirror-damaged': 'run it again',
  'upstream-unauthorized': 'give this proxy a login in netrc',
  'upstream-unreachable': 'check GOPROXY, and the network with its proxy and CA settings',
  'upstream-timeout': 'try again',
  'upstream-invalid': 'open the URL by hand, and log in to the network, or correct the path in GOPROXY',
  'no-record': 'a private module belongs into GOPRIVATE or GONOSUMDB',
  'database-unreachable': 'check the way to the checksum database: GOSUMDB, GOPROXY',
}

/** The failure with advice for a client, unless it came with advice of its own, and with what led to it behind what was asked. */
export function advised(failure: Failure, because: readonly string[] = []): Failure {
  const { code, who, why, said } = failure
  const isDefault = failure.next === failureCodes[code].next
  const next = (isDefault ? steps[code] : undefined) ?? failure.next
  const asked = [failure.asked, ...because].join(', ')
  return new Failure(code, { asked, who, why, next, cause: failure, ...(said === undefined ? {} : { said }) })
}

/**
 * Whether a failure means that somebody shows other bytes than were published. The go command stops at it, wherever else it would go on
 * without what it cannot have.
 */
export function isAlarm(failure: Failure): boolean {
  return failure.code === 'checksum-mismatch' || failure.code === 'database-untrusted'
}

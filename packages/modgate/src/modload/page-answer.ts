/** A web page in the place of a file: what a login, a captive portal or a web server at a wrong path answers, with status 200. */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { formatRequest } from '@modgate/gomod/proxy'
import { Failure } from '../core/failure.ts'
import type { ModFileRequest } from './mod-files.ts'

/** No list, info or go.mod begins as a page does. */
export function isPage(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256)).toString('latin1')
  return /^(\xef\xbb\xbf)?\s*<[!?a-z]/i.test(start)
}

/** The failure of a proxy that answered with one. */
export function pageAnswer(request: ModFileRequest, giver: string): Failure {
  return new Failure('upstream-invalid', {
    asked: `GET ${giver.replace(/\/+$/, '')}${formatRequest(request)}`,
    who: giver,
    why: 'the answer is an HTML page, with status 200: a login, a captive portal, or a web server at a wrong path',
  })
}

/** The failure of one that was kept as a go.mod: go keeps what it gets where no checksum database is asked. */
export function pageKept(module: ModuleVersion): Failure {
  return new Failure('go-mod-unusable', {
    asked: `go.mod of ${versionString(module)}`,
    who: 'the module cache',
    why: 'what is kept there is an HTML page, which some proxy once answered with',
    next: 'empty the module cache once the proxy answers right: go clean -modcache',
  })
}

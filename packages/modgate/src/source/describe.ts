/** Module requests in words, and the media types of their answers. */

import { versionString } from '@modgate/gomod/module'
import { formatRequest, type ModuleRequest } from '@modgate/gomod/proxy'

/** `github.com/a/b@v1.0.0 zip`, `versions of github.com/a/b`: what an error, a log or a page calls a request. */
export function describeRequest(request: ModuleRequest): string {
  switch (request.kind) {
    case 'list':
      return `versions of ${request.path}`
    case 'latest':
      return versionString({ path: request.path, version: 'latest' })
    case 'query':
      return versionString({ path: request.path, version: request.query })
    case 'sumdb':
      return formatRequest(request).slice(1)
    case 'info':
    case 'mod':
    case 'zip':
      return `${versionString(request)} (${request.kind})`
  }
}

export const mediaTypes: Readonly<Record<ModuleRequest['kind'], string>> = {
  list: 'text/plain; charset=UTF-8',
  latest: 'application/json',
  query: 'application/json',
  info: 'application/json',
  mod: 'text/plain; charset=UTF-8',
  zip: 'application/zip',
  sumdb: 'text/plain; charset=UTF-8',
}

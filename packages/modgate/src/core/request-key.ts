/** A request's key, worked out once: requests that come often are the same object (http/module-route.ts). */

import { keyOf, type ModuleRequest } from '@modgate/gomod/proxy'

const known = new WeakMap<ModuleRequest, string>()

/** The key under which the answer to a request is kept, in GOPROXY file layout. */
export function requestKey(request: ModuleRequest): string {
  const key = known.get(request) ?? keyOf(request)
  known.set(request, key)
  return key
}

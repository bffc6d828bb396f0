/** Module paths and versions that others have written, before anything is made of them. */

import { check, ModuleError, versionString, type ModuleVersion } from '@modgate/gomod/module'
import { Failure } from '../core/failure.ts'

/** Throws a Failure `go-mod-unusable` for a path that no module may have, or a version that does not belong to it. */
export function checkModule(module: ModuleVersion): void {
  try {
    check(module.path, module.version)
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    throw new Failure('go-mod-unusable', { asked: versionString(module), who: 'who requires it', why: error.message })
  }
}

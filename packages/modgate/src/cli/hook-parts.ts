/** Push hooks, constructed: who is believed, what a hook has the gate do, and what is said of it. */

import type { ServeConfig } from '../config/index.ts'
import { systemClock } from '../core/system.ts'
import type { RefreshOrigin } from '../gateway/origin-refresh.ts'
import { pushHook, pushHookPath, type HookReport, type PushHook } from '../http/push-hook.ts'
import { readHookSecrets } from '../store/hook-secrets.ts'
import type { Telemetry } from '../telemetry/index.ts'

/** Undefined where no secret is set, and where nobody is to be asked whatever a hook says. Throws a Failure `configuration` for a file that holds none. */
export async function openPushHook(
  { hookSecretFile, offline }: Pick<ServeConfig, 'hookSecretFile' | 'offline'>,
  refresh: RefreshOrigin,
  { logger, meters }: Telemetry,
): Promise<PushHook | undefined> {
  if (hookSecretFile === undefined) return undefined
  await readHookSecrets(hookSecretFile)
  if (offline) return undefined
  const report = ({ result, ...said }: HookReport) => {
    meters.pushHook(result)
    if (result === 'refreshed') logger.info({ result, ...said }, 'a push hook refreshed a repository')
    else if (result === 'unknown') logger.info({ result, ...said }, 'a push hook is about nothing that is known')
    else logger.warn({ result, path: pushHookPath }, 'a push hook was refused or failed')
  }
  return pushHook({ secrets: () => readHookSecrets(hookSecretFile), refresh, clock: systemClock, report })
}

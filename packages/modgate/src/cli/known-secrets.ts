/** What is secret on this machine, so that it is told again wherever it comes back. */

import { goenvFilePath } from '@modgate/gomod/goenv'
import { pathsOf, type Machine } from '../config/machine.ts'
import { secretsOf, secretsOfNetrc, userSecrets } from '../core/secrets.ts'

/** Those of the environment, of netrc and of the file of `go env -w`. Never throws: what cannot be read cannot be shown either. */
export async function knownSecrets(machine: Machine): Promise<readonly string[]> {
  const { environment, home, platform } = machine
  const { join } = pathsOf(machine)
  const read = (path: string) => machine.readFile(path).catch(() => undefined)
  const netrc = environment['NETRC'] || join(home, platform === 'win32' ? '_netrc' : '.netrc')
  const written = goenvFilePath(machine)
  const [logins, settings] = await Promise.all([read(netrc), written.kind === 'file' ? read(written.path) : undefined])
  return [...secretsOf(environment), ...secretsOfNetrc(logins ?? ''), ...userSecrets(settings ?? '')]
}

/** How ssh proves who the gate is, a host at a time; to every other host it shows no key at all. */

/** Arguments of ssh for a repository's URL. */
export type SshAccess = (url: URL) => readonly string[]

export interface SshKey {
  /** The name of the host. */
  readonly host: string
  /** Undefined for the usual port. */
  readonly port?: number
  /** The private key, absolute; undefined where the agent has it. */
  readonly keyFile?: string
  /** The socket of an agent; undefined to use none. */
  readonly agent?: string
  /** Where the keys of hosts stand; undefined for ssh's own files. */
  readonly knownHostsFile?: string
  /** `known`: only hosts whose key is known already. `accept-new`: the first key that a host shows is believed, and kept. */
  readonly trust: 'known' | 'accept-new'
}

/** No configuration of a user or the system, and nothing to prove anything with. */
const nobody = ['-F', 'none', '-o', 'IdentitiesOnly=yes', '-o', 'IdentityFile=none', '-o', 'IdentityAgent=none']

/** The first key of a host counts. */
export function sshAccess(keys: readonly SshKey[]): SshAccess {
  return (url) => {
    const port = url.port === '' ? 22 : Number(url.port)
    const key = keys.find((each) => each.host === url.hostname.toLowerCase() && (each.port ?? 22) === port)
    return key ? options(key) : nobody
  }
}

function options({ keyFile, agent, knownHostsFile, trust }: SshKey): readonly string[] {
  const file = keyFile === undefined ? 'none' : quoted(keyFile)
  const known = knownHostsFile === undefined ? [] : [`UserKnownHostsFile=${quoted(knownHostsFile)}`]
  const settings = [
    `IdentityFile=${file}`,
    `IdentitiesOnly=${keyFile === undefined ? 'no' : 'yes'}`,
    `IdentityAgent=${agent === undefined ? 'none' : quoted(agent)}`,
    ...known,
    `StrictHostKeyChecking=${trust === 'known' ? 'yes' : 'accept-new'}`,
  ]
  return ['-F', 'none', ...settings.flatMap((setting) => ['-o', setting])]
}

/** A path as ssh's own configuration has it: spaces need quotes, and a percent sign stands for other things. */
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`
}

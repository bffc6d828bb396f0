/** Which hosts an HTTP proxy of the environment connects to in our place (HTTPS_PROXY, NO_PROXY). */

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether a host, in lower case and without a port, is reached through a proxy. Who reads NO_PROXY differs in what else it may say; a host
 * that any of them could take for excepted is so here, since an excepted host is checked with more care.
 */
export function proxiedHosts(environment: Environment): (host: string) => boolean {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || ''
  if (read('HTTPS_PROXY') === '') return () => false
  const excepted = read('NO_PROXY')
    .toLowerCase()
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/:\d+$/, '').replace(/^\*?\./, ''))
    .filter((entry) => entry !== '')
  return (host) => !excepted.some((entry) => entry === '*' || host === entry || host.endsWith(`.${entry}`))
}

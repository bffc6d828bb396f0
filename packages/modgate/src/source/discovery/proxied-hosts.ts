/** Which hosts an HTTP proxy of the environment connects to in our place (HTTPS_PROXY, NO_PROXY). */

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether a host, in lower case and without a port, is reached through a proxy. Who reads NO_PROXY differs in what else it may say; a host
 * that any of them could take for excepted is so here, since an excepted host is checked with more care.
 */
export function proxiedHosts(environment: Environment): (host: string) => boolean {
  if (read(environment, 'HTTPS_PROXY') === '') return () => false
  const excepted = read(environment, 'NO_PROXY')
    .toLowerCase()
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/:\d+$/, '').replace(/^\*?\./, ''))
    .filter((entry) => entry !== '')
  return (host) => !excepted.some((entry) => entry === '*' || host === entry || host.endsWith(`.${entry}`))
}

/** The HTTP proxy that connects to a host in our place; undefined where none does. */
export function proxyFor(environment: Environment): (host: string) => URL | undefined {
  const isProxied = proxiedHosts(environment)
  const written = read(environment, 'HTTPS_PROXY')
  const proxy = URL.parse(written.includes('://') ? written : `http://${written}`) ?? undefined
  return (host) => (isProxied(host) ? proxy : undefined)
}

const read = (environment: Environment, name: string): string =>
  environment[name.toLowerCase()] || environment[name] || ''

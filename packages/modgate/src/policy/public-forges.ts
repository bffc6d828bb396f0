/** Hosts where anybody keeps public modules: no pattern may make one of them private as a whole. */

const forges: ReadonlySet<string> = new Set([
  'bitbucket.org',
  'codeberg.org',
  'gitea.com',
  'gitee.com',
  'github.com',
  'gitlab.com',
  'git.sr.ht',
  'go.googlesource.com',
  'golang.org',
  'google.golang.org',
  'gopkg.in',
  'k8s.io',
  'launchpad.net',
  'sigs.k8s.io',
])

/** Whether a host, or the first element of a module path, is shared by strangers: `github.com`, `gopkg.in`. */
export function isPublicForge(host: string): boolean {
  return forges.has(host.toLowerCase())
}

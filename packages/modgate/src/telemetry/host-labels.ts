/** Upstreams as label values. */

/** Far more upstreams than anybody configures. */
const limit = 64

/** Makes the function that reduces an upstream's URL to its host: no path, no credentials. Beyond 64 hosts it says `other`. */
export function hostLabels(): (upstream: string) => string {
  const known = new Map<string, string>()
  return (upstream) => {
    const label = known.get(upstream)
    if (label !== undefined) return label
    if (known.size >= limit) return 'other'
    const host = hostOf(upstream)
    known.set(upstream, host)
    return host
  }
}

function hostOf(upstream: string): string {
  const url = URL.parse(upstream.includes('://') ? upstream : `https://${upstream}`)
  if (url?.protocol === 'file:') return 'file'
  return url && url.host !== '' ? url.host : 'other'
}

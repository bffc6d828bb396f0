/**
 * Reports whether a file belongs to a vendored package and is therefore left out of the module's zip.
 *
 * The h1 of published versions must not change, so the rule depends on the go line of the module's own go.mod. Since go 1.24
 * `vendor/modules.txt` is left out, and what counts under `pkg/vendor/` is what follows it. Before, an offset was wrong
 * (go issue 37397): a slash at byte 8 or later of the whole path counts, so that `pkg/vendor/x.go` is left out as well.
 *
 * @param path slash-separated, from the module's root.
 * @param since124 whether the module's go line says 1.24 or later.
 */
export function isVendoredPackage(path: string, since124: boolean): boolean {
  if (since124 && path === 'vendor/modules.txt') return true
  if (path.startsWith('vendor/')) return path.includes('/', 'vendor/'.length)
  const nested = path.indexOf('/vendor/')
  if (nested < 0) return false
  if (since124) return path.includes('/', nested + '/vendor/'.length)
  const beforeLastSlash = path.slice(0, path.lastIndexOf('/'))
  return new TextEncoder().encode(beforeLastSlash).length >= '/vendor/'.length
}

/**
 * Reports whether the version in a go line is 1.24 or later, release candidates included (Go: go/version.Lang and Compare).
 * What is not a Go version, a missing one too, counts as earlier.
 */
export function isGo124(version: string | undefined): boolean {
  const match = /^([1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)|[a-z]+(?:0|[1-9]\d*))?)?$/.exec(version ?? '')
  if (match === null) return false
  const [major, minor] = [Number(match[1]), Number(match[2] ?? 0)]
  return major > 1 || (major === 1 && minor >= 24)
}

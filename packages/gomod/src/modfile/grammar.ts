const goVersion = /^[1-9][0-9]*\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[a-z]+[0-9]+)?$/
const laxGoVersion = /^v?([1-9][0-9]*\.(?:0|[1-9][0-9]*))[^0-9]/
const toolchain = /^default$|^go1(?:$|\.)/
const rooted = /^(?:[/\\]|[A-Za-z]:|\.\.?(?:$|[/\\]))/

/** Whether a go directive may name this version: `1.23`, `1.23.4`, `1.24rc1` (Go Modules Reference, "go directive"). */
export function isGoVersion(version: string): boolean {
  return goVersion.test(version)
}

/** The language version at the start of one with a tail that go.mod does not allow, as in `1.23.x` or `v1.23-pre`. */
export function languageVersion(version: string): string | undefined {
  return laxGoVersion.exec(version)?.[1]
}

/** Whether a toolchain directive may have this name; deliberately loose, so that names of the future pass. */
export function isToolchain(name: string): boolean {
  return toolchain.test(name)
}

/**
 * Whether a replacement's path is a directory rather than a module path: rooted, or beginning with `.` or `..`. A file may
 * come from another system, so the forms of all systems count.
 */
export function isDirectoryPath(path: string): boolean {
  return rooted.test(path)
}

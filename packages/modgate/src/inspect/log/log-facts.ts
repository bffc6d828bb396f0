/** What a log says of downloads, of questions to a checksum database and of settings, apart from failures. */

import { unescapePath, unescapeVersion } from '@modgate/gomod/module'
import { boundedNames, type NamesSeen } from './bounded-names.ts'

export interface SettingSeen {
  readonly name: string
  readonly value: string
  readonly line: number
  readonly text: string
}

export interface LogFacts {
  /** Module versions whose zip came, `path@version`; where no request stands in the log, those that go began to download. */
  readonly downloaded: NamesSeen
  /** Module versions that a checksum database was asked about. */
  readonly lookedUp: NamesSeen
  /** Requests that `-x` has printed. */
  readonly requests: number
  /** Each value of each variable, where it first stands. */
  readonly settings: readonly SettingSeen[]
}

export interface FactCollector {
  /** Takes a line with a download or a request of `-x` in it; false where it has none. */
  event(text: string): boolean
  /** Whether that is all that the line says. */
  isEvent(text: string): boolean
  /** Takes a line with an assignment in it. */
  setting(text: string, line: number): void
  facts(): LogFacts
}

const mostModules = 5000
const mostSettings = 100
const longestLine = 4000

const assignment =
  /\b(GOSUMDB|GONOSUMDB|GONOSUMCHECK|GOPRIVATE|GONOPROXY|GOPROXY|GOINSECURE|GOFLAGS)(?:=|: +)("[^"]{0,500}"|'[^']{0,500}'|[^\s;&|"']{0,500})/g

/** `go: downloading PATH VERSION`, `# get URL`, and how that ended: `# get URL: 200 OK (0.1s)`. */
const event = /go: downloading (\S+) (v[\w.+-]+)|# get (https?:\/\/[^\s:]+(?::\d+)?[^\s:"\\]*)(?:: (\d{3}) )?/

/** What stands before an assignment in commands, Dockerfiles and the like: a sentence that names a setting sets nothing. */
const beforeAssignment =
  /^\s*(?:[+$>-]+ *)?(?:(?:export|set|setx|declare|ENV|ARG|RUN|env|go env -w|docker|podman|\$env:|\w+=).*)?$|disabled by $/i

export function factCollector(): FactCollector {
  const announced = boundedNames(mostModules)
  const fetched = boundedNames(mostModules)
  const lookedUp = boundedNames(mostModules)
  const settings = new Map<string, SettingSeen>()
  let requests = 0

  const request = (url: string, status: string | undefined): void => {
    if (status === undefined) requests++
    const [, looked] = /\/lookup\/(.+)$/.exec(url) ?? []
    const zip = status === '200' ? zipOf(url) : undefined
    if (looked !== undefined) lookedUp.add(unescaped(looked))
    else if (zip !== undefined) fetched.add(unescaped(zip))
  }

  return {
    event(text) {
      const [, path, version, url, status] = event.exec(text.slice(0, longestLine)) ?? []
      if (path !== undefined) announced.add(`${path}@${version}`)
      else if (url !== undefined) request(url, status)
      return path !== undefined || url !== undefined
    },
    isEvent: (text) => text.startsWith('go: downloading ') || text.startsWith('# get '),
    setting(text, line) {
      const start = text.slice(0, longestLine)
      for (const { 1: name = '', 2: written = '', index } of start.matchAll(assignment)) {
        if (!beforeAssignment.test(start.slice(0, index))) continue
        const value = written.replace(/^(["'])(.*)\1$/, '$2')
        const key = `${name}=${value}`
        if (settings.size < mostSettings && !settings.has(key))
          settings.set(key, { name, value, line, text: text.trim().slice(0, 300) })
      }
    },
    facts: () => ({
      downloaded: requests > 0 ? fetched : announced,
      lookedUp,
      requests,
      settings: [...settings.values()],
    }),
  }
}

/** `path@version`, escaped, of a URL of a zip; the path begins where a proxy's own path, which has no dots, ends. */
function zipOf(url: string): string | undefined {
  if (!url.endsWith('.zip')) return undefined
  const [path = '', version] = url.slice(0, -'.zip'.length).split('/@v/')
  const elements = path.split('/').slice(3)
  const first = elements.findIndex((element) => element.includes('.'))
  return version === undefined || first < 0 ? undefined : `${elements.slice(first).join('/')}@${version}`
}

function unescaped(module: string): string {
  try {
    // The go command prints URLs with the exclamation marks of escaped paths as %21.
    const [path = '', version = ''] = decodeURIComponent(module).split('@')
    return `${unescapePath(path)}@${unescapeVersion(version)}`
  } catch {
    return module
  }
}

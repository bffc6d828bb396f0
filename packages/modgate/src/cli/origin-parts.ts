/** Modules from where their paths lead, constructed: discovery, credentials, git. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { readNetrcFile, thisMachine, type Credential, type ServeConfig } from '../config/index.ts'
import { systemRunner } from '../core/child-process.ts'
import { isAt } from '../core/place.ts'
import { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import type { OriginCheckOptions } from '../gateway/origin-check.ts'
import { credentials, type CredentialSource, type Credentials } from '../source/credentials/credentials.ts'
import { gitHelper } from '../source/credentials/git-helper.ts'
import { githubApp } from '../source/credentials/github-app.ts'
import { netrcCredentials } from '../source/credentials/netrc-credentials.ts'
import { sshAccess } from '../source/credentials/ssh-access.ts'
import { tokenFile } from '../source/credentials/token-file.ts'
import { direct, type Direct, type Way } from '../source/direct.ts'
import { firstAnswer } from '../source/discovery/moved-repository.ts'
import { proxiedHosts } from '../source/discovery/proxied-hosts.ts'
import type { RepositoryRoot } from '../source/discovery/repository-root.ts'
import { peer, type Peer, type PeerLimits } from '../source/peer.ts'
import { upstream } from '../source/upstream.ts'
import type { FetchReport } from '../source/vcs/git-fetch.ts'
import type { MirrorEviction, MirrorReport } from '../source/vcs/mirror-eviction.ts'
import type { DataDirectory } from '../store/data-directory.ts'
import type { OriginBook } from '../store/origin-book.ts'
import { discoveryParts } from './discovery-parts.ts'
import { mirrorParts } from './mirror-parts.ts'
import { repositoryParts } from './repository-parts.ts'

export interface OriginParts {
  /** What `direct` stands for, and where private modules without a route come from. */
  readonly direct: Direct
  /** For module proxies that a route names, as whom the gate is known there: for private modules only. */
  readonly knownPeer: Peer
  /** Where the repository of a module has moved to. */
  readonly movedTo: OriginCheckOptions['movedTo']
  readonly mirrors: MirrorEviction
  close(): Promise<void>
}

export interface OriginOptions {
  readonly limits: PeerLimits
  readonly report?: ((report: FetchReport) => void) | undefined
  /** Where it is noted what came from which repository. */
  readonly book: Pick<OriginBook, 'note'>
  readonly mirrorReport?: MirrorReport | undefined
}

/** Nobody is asked before the first request: a gate whose modules all come from upstreams needs no git. */
export function originParts(config: ServeConfig, directory: DataDirectory, options: OriginOptions): OriginParts {
  const { limits, report, mirrorReport, book } = options
  const tokenPeer = peer({ limits, clock: systemClock })
  const known = knownCredentials(config, { directory, tokenPeer })
  const knownPeer = peer({ limits, clock: systemClock, authorize: known.authorize })
  const proxied = proxiedHosts(process.env)
  const found = discoveryParts({ ...config, limits, proxied }, { clock: systemClock, credentials: known })
  const nobody = credentials([], sshAccess([]))
  const mirrors = mirrorParts(config, directory, mirrorReport)
  const repositoriesFor = (way: Way) =>
    repositoryParts(config, {
      directory,
      way,
      ways: found[way],
      credentials: way === 'private' ? known : nobody,
      report(fetched) {
        mirrors.grew(fetched.bytes)
        report?.(fetched)
      },
    })
  return {
    knownPeer,
    mirrors,
    direct: direct({
      findRoot: found.findRoot,
      private: config.privatePatterns,
      mayName: (path, { host, pathname }) => {
        const place = new URL(`https://${host}${pathname}`)
        return config.credentials.some((each) => {
          return isAt(each.place, place) && matchPrefixPatterns(each.modules ?? '', path)
        })
      },
      repositories: forWays(repositoriesFor),
      proxies: forWays((way) => (url) => upstream(url, found[way].peer)),
      // A disk that does not take it is no reason to answer less.
      cameFrom: (origin) => void book.note(origin).catch(() => undefined),
    }),
    movedTo: ({ root, way }, { signal }) => movedTo(root, found[way].peer, signal),
    async close() {
      await Promise.all([found, tokenPeer, knownPeer].map((each) => each.close()))
    },
  }
}

/** The watch reads the names next, and hears of it there where the host does not answer. */
async function movedTo({ url, vcs }: RepositoryRoot, asking: Peer, signal: AbortSignal): Promise<string | undefined> {
  if (vcs !== 'git' || !/^https?:/i.test(url)) return undefined
  const answer = await firstAnswer(url, asking, signal).catch((error: unknown) => {
    if (error instanceof Failure) return undefined
    throw error
  })
  return answer?.moved
}

function forWays<T>(make: (way: Way) => T): Readonly<Record<Way, T>> {
  return { private: make('private'), unknown: make('unknown'), public: make('public') }
}

interface Keeping {
  readonly directory: DataDirectory
  readonly tokenPeer: Peer & Parameters<typeof githubApp>[1]['peer']
}

function knownCredentials(config: ServeConfig, keeping: Keeping): Credentials {
  const machine = thisMachine()
  const netrc = netrcCredentials(async () => (await readNetrcFile(machine))?.text)
  const sources = config.credentials.flatMap((each) => sourceOf(each, keeping) ?? [])
  return credentials([...sources, netrc], sshAccess(config.credentials.flatMap(sshKeyOf)))
}

function sourceOf(credential: Credential, { directory, tokenPeer }: Keeping): CredentialSource | undefined {
  const machine = thisMachine()
  const readFile = (path: string) => machine.readFile(path)
  switch (credential.kind) {
    case 'token':
      return tokenFile({ place: credential.place, kind: credential.token, path: credential.path }, readFile)
    case 'github-app': {
      const { place, app } = credential
      const api = new URL(place.host === 'github.com' ? 'https://api.github.com' : `https://${place.host}/api/v3`)
      return githubApp({ place, api, ...app }, { peer: tokenPeer, clock: systemClock, readFile })
    }
    case 'git-helper':
      return gitHelper(credential, {
        runner: systemRunner,
        clock: systemClock,
        directory: directory.spool,
        environment: process.env,
      })
    case 'ssh':
    case 'ssh-agent':
      return undefined
  }
}

function sshKeyOf(credential: Credential) {
  if (credential.kind !== 'ssh' && credential.kind !== 'ssh-agent') return []
  const url = new URL(`https://${credential.place.host}`)
  const port = url.port === '' ? {} : { port: Number(url.port) }
  const proof = credential.kind === 'ssh' ? { keyFile: credential.keyFile } : { agent: credential.agent }
  return [{ host: url.hostname, ...port, ...proof, trust: 'known' as const }]
}

/** A code host with a page for each module and real repositories behind it, all of which a test may move. */

import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { loopbackCertificate } from './certificate.ts'
import { backend } from './git-http.ts'
import { historyOf, makeRepository, type RepositoryBuilder } from './git-repository.ts'
import { connectProxy } from './known-failures/servers.ts'
import { temporaryDirectory } from './temporary.ts'

export interface CodeHost {
  /** The directory of a repository, by the path of its URL. */
  readonly place: (repository: string) => string
  readonly make: (repository: string, build: (builder: RepositoryBuilder) => void) => void
  /** The repository that the page of a module path names, by path on this host: `team/lib.git`. */
  readonly pages: Map<string, string>
  /** Where a first element of a path has moved to: git is redirected. */
  readonly moved: Map<string, string>
  /** First elements of paths at which the host is in trouble. */
  readonly broken: Set<string>
  /** `METHOD path` of each request. */
  readonly asked: string[]
  /** What a gate needs to get there, and to believe that it has. */
  readonly env: Readonly<Record<string, string>>
}

export async function codeHost(t: TestContext, host: string): Promise<CodeHost> {
  const repositories = await temporaryDirectory(t)
  const certificate = await loopbackCertificate(t, [host])
  const [pages, moved, broken] = [new Map<string, string>(), new Map<string, string>(), new Set<string>()]
  const asked: string[] = []
  const server = createServer(certificate, (request, response) => {
    const { pathname, search, searchParams } = new URL(request.url!, `https://${host}`)
    const first = pathname.split('/')[1]!
    const page = [...pages].find(([root]) => `${host}${pathname}/`.startsWith(`${root}/`))
    asked.push(`${request.method} ${pathname}`)
    if (broken.has(first)) response.writeHead(503).end()
    else if (searchParams.get('go-get') === '1') {
      const tag = page && `<meta name="go-import" content="${page[0]} git https://${host}/${page[1]}">`
      response.writeHead(page ? 200 : 404).end(tag)
    } else if (moved.has(first)) {
      const to = `/${moved.get(first)}${pathname.slice(first.length + 1)}${search}`
      response.writeHead(301, { location: to }).end()
    } else backend(repositories, request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const proxy = await connectProxy(t, (server.address() as AddressInfo).port)
  const place = (repository: string) => join(repositories, repository)
  return {
    ...{ pages, moved, broken, asked, place },
    make: (repository, build) => makeRepository(place(repository), historyOf(build)),
    env: {
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: certificate.certFile,
      GIT_SSL_CAINFO: certificate.certFile,
    },
  }
}

import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { loopbackCertificate } from './certificate.ts'

/** A server with TLS in front of another one. */
export interface CodeHost {
  readonly port: number
  readonly certFile: string
  /** Path and login of each request. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[]
}

export interface CodeHostOptions {
  readonly host: string
  /** The header that lets in. */
  readonly authorization: string
  /** Who answers those that are in. */
  readonly behind: string
}

/** A server that lets in whoever is logged in; its pages say that every path is a Mercurial repository there. */
export async function codeHost(t: TestContext, { host, authorization, behind }: CodeHostOptions): Promise<CodeHost> {
  const certificate = await loopbackCertificate(t, [host])
  const asked: CodeHost['asked'] = []
  const server = createServer(certificate, (coming, response) => {
    // Who comes through a proxy may name the whole URL.
    const { pathname, search } = new URL(coming.url!, behind)
    asked.push({ path: pathname, authorization: coming.headers.authorization })
    if (search === '?go-get=1') {
      const place = `${host}${pathname}`
      response.end(`<meta name="go-import" content="${place} hg https://${place}">`)
      return
    }
    if (coming.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="code"' }).end()
      return
    }
    if (pathname.startsWith('/moved')) {
      response.writeHead(302, { location: behind }).end()
      return
    }
    const { method, headers } = coming
    const onward = request(new URL(`${pathname}${search}`, behind), { method: method!, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    coming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, certFile: certificate.certFile, asked }
}

import { loopbackCertificate } from '../certificate.ts'
import * as faults from '../fault.ts'
import { corpusUpstream } from '../upstream.ts'
import { type KnownFailure, type Scene, settings } from './scene.ts'
import { breakingStreams, connectProxy, oddCertificate, tcpServer } from './servers.ts'

const download = 'mod download hello.example/hello@v1.0.0'
const info = '/hello.example/hello/@v/v1.0.0.info'

/** What lies between a go command and its proxy. */
export const network: readonly KnownFailure[] = [
  settings('MG1007', [download, { GOPROXY: 'http://127.0.0.1:1' }], {
    url: `http://127.0.0.1:1${info}`,
    address: '127.0.0.1:1',
  }),
  // Two dots in a row: the resolver refuses the name itself, without asking a server of this machine.
  settings('MG1008', [download, { GOPROXY: 'https://proxy..example' }], { host: 'proxy..example' }),
  settings('MG1010', [download, { GOPROXY: 'http://224.0.0.1:8080' }], { address: '224.0.0.1:8080' }),
  {
    id: 'MG1011',
    make: async ({ t, run }) =>
      run(download, { GOPROXY: `https://127.0.0.1:${await tcpServer(t, (socket) => void socket.resume())}` }),
  },
  {
    id: 'MG1012',
    values: { url: `{proxy}${info}` },
    make: ({ run, upstream }) => {
      upstream.fault('*.info', ({ request }) => void request.socket.end())
      return run(download)
    },
  },
  {
    id: 'MG1106',
    values: { url: `{proxy}${info}` },
    make: ({ run, upstream }) => {
      upstream.fault('*.info', faults.reset())
      return run(download)
    },
  },
  secure('MG1013', (t) => oddCertificate(t, 'subjectAltName=IP:127.0.0.1')),
  secure('MG1014', (t) => oddCertificate(t, 'subjectAltName=IP:127.0.0.1', -1)),
  {
    id: 'MG1015',
    values: { names: 'a.example, b.example', host: 'localhost' },
    make: async ({ t, run }) => {
      const { url } = await corpusUpstream(t, {
        tls: await oddCertificate(t, 'subjectAltName=DNS:a.example,DNS:b.example'),
      })
      return run(download, { GOPROXY: url.replace('127.0.0.1', 'localhost') })
    },
  },
  {
    id: 'MG1016',
    make: ({ run, upstream }) => run(download, { GOPROXY: upstream.url.replace('http:', 'https:') }),
  },
  {
    id: 'MG1109',
    make: async ({ t, run }) =>
      run(download, {
        GOPROXY: `https://127.0.0.1:${await tcpServer(t, (socket) => void socket.write('SSH-2.0-x\r\n'))}`,
      }),
  },
  settings('MG1017', [download, { GOPROXY: 'https://proxy.example', HTTPS_PROXY: 'http://127.0.0.1:1' }], {
    url: `https://proxy.example${info}`,
    address: '127.0.0.1:1',
  }),
  {
    id: 'MG1105',
    values: { url: `https://proxy.example${info}` },
    make: async ({ t, run }) => {
      const proxy = await connectProxy(t, '407 Proxy Authentication Required')
      return run(download, { GOPROXY: 'https://proxy.example', HTTPS_PROXY: proxy })
    },
  },
  {
    id: 'MG1018',
    make: ({ run, upstream }) => run(download, { GOPROXY: upstream.url.replace('//', '//u:secret@') }),
  },
  {
    id: 'MG1019',
    values: { target: 'http://plain.example/x' },
    make: async ({ t, run }) => {
      const certificate = await loopbackCertificate(t)
      const secured = await corpusUpstream(t, { tls: certificate })
      secured.fault('*', faults.redirect('http://plain.example/x'))
      return run(download, { GOPROXY: secured.url, SSL_CERT_FILE: certificate.certFile })
    },
  },
  {
    id: 'MG1122',
    make: async ({ t, run }) => {
      const certificate = await loopbackCertificate(t)
      const secured = await corpusUpstream(t, { tls: certificate })
      secured.fault('*', faults.status(401))
      const env = { GOPROXY: secured.url, SSL_CERT_FILE: certificate.certFile, GOAUTH: '/nosuch/helper' }
      return run('mod download -x hello.example/hello@v1.0.0', env)
    },
  },
  {
    id: 'MG1107',
    values: { code: 'INTERNAL_ERROR' },
    make: async ({ t, run }) => {
      const certificate = await loopbackCertificate(t)
      return run(download, { GOPROXY: await breakingStreams(t, certificate), SSL_CERT_FILE: certificate.certFile })
    },
  },
]

function secure(id: string, certificate: (t: Scene['t']) => ReturnType<typeof loopbackCertificate>): KnownFailure {
  const make: KnownFailure['make'] = async ({ t, run }) => {
    const { url } = await corpusUpstream(t, { tls: await certificate(t) })
    return run(download, { GOPROXY: url })
  }
  return { id, make }
}

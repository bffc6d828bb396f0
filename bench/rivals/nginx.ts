/** nginx with `proxy_cache`, as a team would set it up in front of an upstream. It verifies nothing. */
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import type { Contestant, Site } from '../contestant.ts'
import { start } from '../process.ts'
import { ensureProgram } from '../set-up.ts'

export const nginx: Contestant = {
  name: 'nginx',
  conditions: 'proxy_cache on disk, sendfile; access log to a file, written in groups; verifies nothing',
  prepare: () => ensureProgram('nginx', ['-v'], 'nginx-light'),
  start: async (site) => {
    await mkdir(site.directory, { recursive: true })
    const port = await freePort()
    const file = join(site.directory, 'nginx.conf')
    await writeFile(file, configuration(site, port))
    const scheme = site.tls === undefined ? 'http' : 'https'
    return start(['nginx', '-c', file, '-p', site.directory], {
      log: join(site.directory, 'nginx.log'),
      ready: async () => ((await answers(port)) ? `${scheme}://127.0.0.1:${port}` : undefined),
    })
  },
}

function configuration({ directory, upstream, tls }: Site, port: number): string {
  const listen =
    tls === undefined
      ? `listen 127.0.0.1:${port};`
      : `listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};`
  return `
daemon off;
user root;
worker_processes auto;
pid ${directory}/nginx.pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
  access_log ${directory}/access.log combined buffer=64k flush=1s;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 75s;
  keepalive_requests 100000000;
  client_body_temp_path ${directory}/body;
  fastcgi_temp_path ${directory}/fastcgi;
  scgi_temp_path ${directory}/scgi;
  uwsgi_temp_path ${directory}/uwsgi;
  proxy_temp_path ${directory}/temp;
  proxy_cache_path ${directory}/cache levels=1:2 keys_zone=modules:50m max_size=20g inactive=7d use_temp_path=off;
  upstream modules { server ${new URL(upstream).host}; keepalive 64; }
  server {
    ${listen}
    location / {
      proxy_pass http://modules;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache modules;
      proxy_cache_valid 200 7d;
      proxy_cache_valid 404 10s;
      proxy_cache_lock on;
      proxy_max_temp_file_size 2048m;
    }
  }
}
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

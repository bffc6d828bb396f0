import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detourOf } from './network-detour.ts'

const proxied = { HTTPS_PROXY: 'http://proxy.example:3128' }
const rows: readonly (readonly [url: string, more: Readonly<Record<string, string>>, host: string | undefined])[] = [
  ['https://a.example/', {}, 'proxy.example:3128'],
  ['http://a.example/', {}, undefined],
  ['http://a.example/', { http_proxy: 'plain.example:80' }, 'plain.example'],
  ['http://a.example/', { HTTP_PROXY: 'plain.example:81', REQUEST_METHOD: 'GET' }, undefined],
  ['https://localhost/', {}, undefined],
  ['https://127.0.0.9:1/', {}, undefined],
  ['https://[::1]/', {}, undefined],
  ['https://a.example/', { NO_PROXY: '*' }, undefined],
  ['https://a.example/', { NO_PROXY: 'b.example, a.example' }, undefined],
  ['https://x.a.example/', { NO_PROXY: 'a.example' }, undefined],
  ['https://a.example/', { NO_PROXY: '.a.example' }, 'proxy.example:3128'],
  ['https://x.a.example/', { NO_PROXY: '*.a.example' }, undefined],
  ['https://a.example/', { NO_PROXY: 'a.example:444' }, 'proxy.example:3128'],
  ['https://a.example/', { NO_PROXY: 'a.example:443' }, undefined],
  ['https://10.1.2.3/', { NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://10.1.2.3/', { NO_PROXY: '11.0.0.0/8,10.1.2.4' }, 'proxy.example:3128'],
  ['https://a.example/', { HTTPS_PROXY: '', ALL_PROXY: 'http://all.example' }, undefined],
]

test('an HTTP proxy stands in between as httpproxy decides', () => {
  for (const [url, more, host] of rows) {
    assert.equal(detourOf(new URL(url), { ...proxied, ...more })?.host, host, `${url} ${JSON.stringify(more)}`)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseProxyList, type ProxyEntry } from './proxy-list.ts'

/** One word an entry: a URL and the separator that decides its fallback, or `direct` and `off`. */
function brief(entries: readonly ProxyEntry[]): string {
  return entries
    .map((entry) => (entry.kind === 'proxy' ? entry.url + (entry.fallback === 'any' ? '|' : ',') : entry.kind))
    .join(' ')
}

test('a list is read as the go command reads it', () => {
  const rows: readonly [value: string, entries: string][] = [
    ['https://a.example,direct', 'https://a.example, direct'],
    ['https://a.example|http://b.example/base/,off', 'https://a.example| http://b.example/base/, off'],
    ['https://a.example', 'https://a.example,'],
    [' a.example , b.example:8080/x| direct ', 'https://a.example, https://b.example:8080/x| direct'],
    [',,https://a.example,|,direct', 'https://a.example, direct'],
    ['direct,https://a.example', 'direct'],
    ['off,::not read', 'off'],
    ['file:///srv/proxy', 'file:///srv/proxy,'],
    ['HTTPS://user:secret@a.example', 'HTTPS://user:secret@a.example,'],
    ['localhost:8080', 'https://localhost:8080,'],
    ['https://[::1]:8080/x', 'https://[::1]:8080/x,'],
    ['none:', 'https://none:,'],
  ]
  for (const [value, entries] of rows) assert.equal(brief(parseProxyList(value)), entries, value)
})

test('what the go command refuses is refused in its words', () => {
  const rows: readonly [value: string, message: string][] = [
    ['', 'GOPROXY list is not the empty string, but contains no entries'],
    [' ,|', 'GOPROXY list is not the empty string, but contains no entries'],
    ['none', 'invalid proxy URL missing scheme: none'],
    ['DIRECT', 'invalid proxy URL missing scheme: DIRECT'],
    ['a b', 'invalid proxy URL missing scheme: a%20b'],
    ['localhost', 'invalid proxy URL missing scheme: localhost'],
    ['/srv/proxy', 'invalid proxy URL missing scheme: /srv/proxy'],
    ['ftp://a.example', 'invalid proxy URL scheme (must be https, http, file): ftp://a.example'],
    ['file:/srv', 'invalid file:// proxy URL with non-path elements: file:/srv'],
    ['file://host/srv', 'invalid file:// proxy URL with non-path elements: file://host/srv'],
    ['file:///srv?x', 'invalid file:// proxy URL with non-path elements: file:///srv?x'],
    ['a.example;b.example:x', 'parse "https://a.example;b.example:x": invalid port ":x" after host'],
    ['https://h:80:90/', 'parse "https://h:80:90/": invalid port ":80:90" after host'],
    ['https://h/%zz', 'parse "https://h/%zz": invalid URL escape "%zz"'],
    ['https://h%41/', 'parse "https://h%41/": invalid URL escape "%41"'],
    ['https://[::1/', 'parse "https://[::1/": missing \']\' in host'],
    ['https://[zz]/', 'parse "https://[zz]/": invalid host'],
    ['https://a[::1]/', 'parse "https://a[::1]/": invalid IP-literal'],
    ['https://a b/', 'parse "https://a b/": invalid character " " in host name'],
    ['https://u^@h/', 'parse "https://u^@h/": net/url: invalid userinfo'],
    ['://x', 'parse "://x": missing protocol scheme'],
    ['1:/x', 'parse "1:/x": first path segment in URL cannot contain colon'],
    ['https://a.example/\x01', 'parse "https://a.example/\x01": net/url: invalid control character in URL'],
  ]
  for (const [value, message] of rows) {
    assert.throws(() => parseProxyList(value), { name: 'SettingError', setting: 'GOPROXY', message }, value)
  }
})

test('no message repeats a password', () => {
  for (const value of [
    'ftp://u:hunter2@h/',
    'https://u:hunter2@h:x/',
    'https://u:hunter2/3@h/',
    'https://u:hunter2@h/%zz@',
  ]) {
    assert.throws(
      () => parseProxyList(value),
      (error: Error) =>
        error.message.includes('u:xxxxx@') && !(JSON.stringify(error) + error.message).includes('hunter2'),
      value,
    )
  }
})

test('the separator behind an entry decides its fallback', () => {
  const host = fc.stringMatching(/^[a-z]{1,5}$/).map((name) => `https://${name}.example`)
  const list = fc.array(fc.tuple(host, fc.constantFrom(',', '|')), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(list, (pairs) => {
      const value = `${pairs.map(([url, separator]) => url + separator).join('')}direct`
      assert.equal(
        brief(parseProxyList(value)),
        [...pairs.map(([url, separator]) => url + separator), 'direct'].join(' '),
      )
    }),
  )
})

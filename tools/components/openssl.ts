import { type Component, findOr, output } from './component.ts'

/** openssl, which makes the certificates of tests: the runtime can use them, but not make them. */
export const openssl: Component = {
  name: 'openssl',
  find: () =>
    findOr('no openssl command on this machine; install OpenSSL 1.1.1 or newer', async () => {
      return { path: 'openssl', version: await output('openssl', ['version']) }
    }),
}

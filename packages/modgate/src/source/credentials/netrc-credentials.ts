/** Credentials of a netrc file, as GOAUTH=netrc has them. */

import { netrcLogin, parseNetrc } from '../../core/netrc.ts'
import { basic, type CredentialSource } from './credentials.ts'

/** `read` answers the text of the file now, or undefined where there is none: an entry that was added counts at once. */
export function netrcCredentials(read: () => Promise<string | undefined>): CredentialSource {
  return async (url) => {
    const login = netrcLogin(parseNetrc((await read()) ?? ''), url)
    return login && basic(login.user, login.password)
  }
}

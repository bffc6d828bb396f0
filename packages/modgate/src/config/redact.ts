/** Credentials in URLs are for the upstream alone. */

import { hideSecrets } from '../core/secrets.ts'

/** The text with every `user:password@` of a URL replaced, and all else that looks secret, so that it may be shown and logged. */
export function redact(text: string): string {
  return hideSecrets(text)
}

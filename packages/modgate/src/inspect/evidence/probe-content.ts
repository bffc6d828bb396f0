/** Is a 200 what was asked for? Decides by the bytes, since servers lie about types. */

import { modulePath } from '@modgate/gomod/modfile'
import { isValid } from '@modgate/gomod/semver'
import type { Answer, ContentFault, Thing } from './network-evidence.ts'
import { publicUrl, type Fetched } from './probe-request.ts'

const shownCharacters = 1_000

/** What the evidence keeps of an answer. `version` is the one that was asked about. */
export function answerOf(thing: Thing, fetched: Fetched, version?: string): Answer {
  const { url, body, trouble, ...rest } = fetched
  const fault = trouble === undefined && fetched.status === 200 ? contentFault(thing, body, version) : undefined
  return {
    thing,
    ...rest,
    url: publicUrl(url),
    text: thing === 'zip' && fetched.status === 200 && !looksLikeHtml(body) ? '' : shown(body),
    ...(trouble && { trouble }),
    ...(fault && { fault }),
  }
}

/** The start of a body, without what would move the cursor of a terminal. */
function shown(body: Buffer): string {
  return body.toString('utf8', 0, shownCharacters).replace(/[^\x20-\x7e\n\u00a0-\u{10ffff}]/gu, '')
}

function contentFault(thing: Thing, body: Buffer, version: string | undefined): ContentFault | undefined {
  if (thing === 'go-get' || thing === 'git') return undefined
  if (looksLikeHtml(body)) return { kind: 'html', message: 'a web page instead of what was asked for' }
  switch (thing) {
    case 'info':
    case 'latest':
      return infoFault(body, thing === 'info' ? version : undefined)
    case 'mod':
      return modulePath(body) === '' && body.length > 0 ? malformed('no go.mod file') : undefined
    case 'zip':
      return ['PK\x03\x04', 'PK\x05\x06'].includes(body.toString('latin1', 0, 4)) ? undefined : malformed('not a zip')
    default:
      return undefined
  }
}

function looksLikeHtml(body: Buffer): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml|!--)/i.test(body.toString('latin1', 0, 200))
}

function malformed(message: string): ContentFault {
  return { kind: 'malformed', message }
}

function infoFault(body: Buffer, version: string | undefined): ContentFault | undefined {
  const given = versionIn(body)
  if (given === undefined) return malformed('no JSON object with a Version')
  if (!isValid(given)) return malformed(`its Version ${JSON.stringify(given.slice(0, 60))} is none`)
  if (version === undefined || given === version) return undefined
  return { kind: 'other-version', message: `it speaks of ${given}, not of ${version}` }
}

/** The Version of an `.info`; undefined where there is none. */
export function versionIn(body: Buffer): string | undefined {
  try {
    const value = (JSON.parse(body.toString()) as { Version?: unknown } | null)?.Version
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

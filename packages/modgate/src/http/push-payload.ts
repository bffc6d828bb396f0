/** What a push hook says: the URLs of its repository, wherever the kinds of code hosts put them. */

import { Failure } from '../core/failure.ts'

/** Where URLs stand in the payloads of GitHub, Gitea and Forgejo (`repository`), GitLab (`project`, `repository`) and Bitbucket (`links`). */
const urlFields = [
  ...['clone_url', 'ssh_url', 'git_url', 'html_url'],
  ...['git_http_url', 'git_ssh_url', 'web_url', 'homepage', 'url'],
] as const
const linkFields = ['html', 'clone', 'self'] as const

/** A link for each protocol, and not a list without end. */
const mostLinks = 16

/**
 * All URLs by which the payload names its repository, perhaps none: a hook that was only tried out may be about none. Throws a Failure
 * `bad-request` for what is neither JSON nor a form with it.
 */
export function repositoryUrls(body: Uint8Array, contentType: string | undefined): readonly string[] {
  const payload = fieldsOf(parse(Buffer.from(body).toString(), contentType))
  const named = [payload['repository'], payload['project']].map(fieldsOf)
  return named
    .flatMap((repository) => [...urlFields.map((field) => repository[field]), ...linksOf(repository)])
    .filter(isText)
}

/** GitHub sends a form with the JSON in its field `payload` unless it is told otherwise. */
function parse(text: string, contentType: string | undefined): unknown {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text)
  } catch (error) {
    const next = 'have the hook send application/json'
    throw new Failure('bad-request', {
      asked: 'push hook',
      who: 'modgate',
      why: 'its body is no JSON',
      next,
      cause: error,
    })
  }
}

function linksOf(repository: Fields): readonly unknown[] {
  const links = fieldsOf(repository['links'])
  const each = linkFields.flatMap((field) => links[field] ?? []).slice(0, mostLinks)
  return each.map((link) => fieldsOf(link)['href'])
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})

const isText = (value: unknown): value is string => typeof value === 'string'

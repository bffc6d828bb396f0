/** Asks a gate what it offers its clients, over the way that the go command would take, and says what stands in that way. */

import type { Fetched } from '../evidence/probe-request.ts'
import { get, publicUrl, type Asker } from '../evidence/probe-request.ts'
import { below, nameOf } from '../evidence/probe-place.ts'
import { answerOf } from '../evidence/probe-content.ts'
import { isLoopback } from '../doctor/proxy-list.ts'
import { offerForm, type Offer } from './offer.ts'
import { good, nextAfter, problem, wrongAnswer, type Step } from './step.ts'

export interface Asked {
  /** Absent where no gate answered; the steps then say why. */
  readonly offer?: Offer
  readonly steps: readonly Step[]
}

const page = '/-/onboard'
const wholeOffer = { bytes: 64 << 10, whole: true }

/** Asks. Never rejects: what went wrong is a step. */
export async function askGate(base: URL, asker: Asker): Promise<Asked> {
  const fetched = await get(below(base, page), asker, wholeOffer)
  const offer = offerIn(fetched)
  if (!offer) return { steps: [await whyNone(base, fetched, asker)] }
  return {
    offer,
    steps: [
      good(`${nameOf(base)} is a modgate ${shown(offer.version)}`),
      ...transport(base),
      ...redirection(fetched),
      ...otherName(base, offer),
    ],
  }
}

function offerIn({ status, trouble, body }: Fetched): Offer | undefined {
  if (trouble !== undefined || status !== 200) return undefined
  try {
    return offerForm.safeParse(JSON.parse(body.toString())).data
  } catch {
    return undefined
  }
}

async function whyNone(base: URL, fetched: Fetched, asker: Asker): Promise<Step> {
  const at = publicUrl(fetched.url)
  const answer = answerOf('supported', fetched)
  if (fetched.trouble) return problem(`${at}: ${wrongAnswer(answer)!}`, nextAfter[fetched.trouble.kind])
  if (answer.fault?.kind === 'html') {
    const from = fetched.redirects.length === 0 ? at : `${fetched.redirects.at(-1)!}, to which ${at} redirects,`
    return problem(
      `${from} is a web page and no gate: a login, a portal of the network, or another site`,
      'give the URL that the gate itself shows; the go command can log in nowhere, so let this path past the login',
    )
  }
  if (fetched.status === 401 || fetched.status === 403 || fetched.status === 407) {
    return problem(
      `${at} wants to know who asks (status ${fetched.status})`,
      'give the go command credentials for it in netrc, over https, or let this path past the login',
    )
  }
  return (await otherPath(base, asker)) ?? unlike(at, fetched, answer.text)
}

/** A gate that has no base path, asked below one. */
async function otherPath(base: URL, asker: Asker): Promise<Step | undefined> {
  if (base.pathname === '/' || base.pathname === '') return undefined
  const root = new URL('/', base)
  if (!offerIn(await get(below(root, page), asker, wholeOffer))) return undefined
  return problem(
    `no gate is at ${nameOf(base)}, but one is at ${nameOf(root)}: the path is wrong`,
    `modgate onboard --gate ${nameOf(root)}`,
  )
}

function unlike(at: string, { status }: Fetched, text: string): Step {
  if (/^modgate: no-such-page/m.test(text)) {
    return problem(
      `a modgate answers at ${at}, but not at this path`,
      "its base path is missing or another one: take the URL of the gate's banner; a modgate older than this one does not know the question",
    )
  }
  if (status === 200) return problem(`${at} answers something that no gate says`, 'check the URL')
  return problem(
    `${at} answers ${status ?? 'nothing'}, and no modgate says that`,
    'check the URL and its path; a proxy in front of the gate has to pass on every path below it, as it came',
  )
}

function transport(base: URL): readonly Step[] {
  if (base.protocol === 'https:') return [good('https, with a certificate that the go command here accepts')]
  if (isLoopback(base.host)) return [good('plain http, on this machine only')]
  const words = 'plain http: whoever is on the way sees what is asked, and can make builds fail'
  return [
    { outcome: 'warning', words, next: 'give the gate a certificate (--tls-cert, --tls-key) or a proxy that has one' },
  ]
}

function redirection({ url, redirects }: Fetched): readonly Step[] {
  const last = redirects.at(-1)
  if (last === undefined) return []
  const words = `every request is redirected, ${publicUrl(url)} to ${last}: go follows, at the cost of one more trip each`
  return [{ outcome: 'warning', words, next: `modgate onboard --gate ${last.replace(/\/-\/onboard$/, '')}` }]
}

/** Only where the operator gave it another name: a proxy that changes host or scheme is no mistake of the reader's. */
function otherName(base: URL, { url }: Offer): readonly Step[] {
  const own = URL.parse(url)
  if (own === null || own.hostname === base.hostname) return []
  return [{ outcome: 'note', words: `it calls itself ${shown(nameOf(own))}; the lines have the URL that was asked` }]
}

/** A stranger's text in a line of ours. */
function shown(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?').slice(0, 200)
}

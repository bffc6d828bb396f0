/** What `modgate trace` needs, constructed from the user's own settings of go. */

import { SettingError } from '@modgate/gomod/goenv'
import type { Machine } from '../config/machine.ts'
import { systemRunner } from '../core/child-process.ts'
import { systemClock } from '../core/system.ts'
import { Failure } from '../core/failure.ts'
import { fetchSettingsOf, readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { trustedAuthorities } from '../inspect/evidence/network-trust.ts'
import { tlsTrust, type TlsTrust } from '../inspect/evidence/probe-tls.ts'
import { planRoute } from '../policy/route.ts'
import { goAuth } from '../trace/go-auth.ts'
import { recordedList, type RecordedList } from '../trace/recorded-list.ts'
import { startRecorder } from '../trace/recorder.ts'
import { recording, type Recording } from '../trace/recording.ts'
import type { TracedPlace, TracedRequest } from '../trace/trace.ts'

export interface TraceParts {
  readonly recording: Recording
  readonly places: () => readonly TracedPlace[]
  /** What went past the recorder, a sentence each, after these requests. */
  readonly unseen: (requests: readonly TracedRequest[]) => readonly string[]
  /** The environment of the command: that of the machine, and GOPROXY. */
  readonly environment: Machine['environment']
  close(): void
}

/** The go command gives up on a connection after half a minute. */
const phaseMs = 30_000

/** Reads the settings and starts the recorder. Throws a Failure `configuration` where the go command would refuse them, too. */
export async function traceParts(machine: Machine, { https }: { readonly https: boolean }): Promise<TraceParts> {
  const go = await readGoEnvironment(machine)
  const settings = fetchSettingsOf(go)
  const list = listOf(settings.GOPROXY)
  const notes = recording(() => performance.now())
  await addMain(machine, go, notes)
  let trust: Promise<TlsTrust> | undefined
  const recorder = await startRecorder({
    places: list.places,
    recording: notes,
    auth: goAuth(settings.GOAUTH, { machine, runner: systemRunner }),
    wire: {
      environment: machine.environment,
      ...{ phaseMs, now: () => systemClock.now() },
      trust: () => (trust ??= trustedAuthorities(machine).then(tlsTrust)),
    },
  })
  return {
    recording: notes,
    places: () => recorder.places(),
    unseen: (requests) => unseenOf(go, list, { https, relayed: isRelayed(requests) }),
    environment: {
      ...machine.environment,
      GOPROXY: list.valueAt(recorder.base),
      ...(https ? { HTTPS_PROXY: recorder.webProxy, https_proxy: recorder.webProxy } : {}),
    },
    close: () => recorder.close(),
  }
}

function listOf(goproxy: string): RecordedList {
  try {
    return recordedList(goproxy)
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    throw new Failure('configuration', {
      asked: 'GOPROXY',
      who: 'the settings of go',
      why: error.message,
      next: 'correct it: go env GOPROXY shows it, modgate doctor explains it',
    })
  }
}

/** The requirements of the main module come first: what it requires is asked for because of it. */
async function addMain(machine: Machine, { variables }: GoEnvironment, { requirements }: Recording): Promise<void> {
  const file = variables.get('GOMOD')?.value ?? ''
  if (!file.endsWith('.mod')) return
  const text = await machine.readFile(file).catch(() => undefined)
  if (text !== undefined) requirements.add('go.mod', Buffer.from(text))
}

/** Whether a proxy has said that it passes on what a checksum database is asked: then the go command asks nobody else. */
function isRelayed(requests: readonly TracedRequest[]): boolean {
  return requests.some(({ kind, path, status }) => kind === 'database' && path.endsWith('/supported') && status === 200)
}

interface Seen {
  /** Connections by https, by whom and to whom. */
  readonly https: boolean
  /** What a checksum database is asked, by a proxy. */
  readonly relayed: boolean
}

/** What goes past the recorder by these settings, a sentence each. */
function unseenOf(go: GoEnvironment, { kept, hasDirect }: RecordedList, { https, relayed }: Seen): readonly string[] {
  const settings = fetchSettingsOf(go)
  const folders = kept.map((entry) => `${entry} is asked by the go command itself`)
  if (https) return [...folders, 'what goes by ssh or plain http to other hosts, and what is inside of tunnels']
  const { checksum } = planRoute(settings, 'example.com/any')
  const said = [
    ...folders,
    ...(settings.GONOPROXY === ''
      ? []
      : [`modules of GONOPROXY (${settings.GONOPROXY}) are fetched from their own hosts, by git`]),
    ...(hasDirect ? ['what the proxies do not have is fetched from its own host (direct), by git'] : []),
  ]
  if (checksum.kind === 'asked' && !relayed) {
    const when = checksum.url === undefined ? 'where no proxy relays it' : 'at the URL that GOSUMDB gives it'
    said.push(`the checksum database ${checksum.name} is asked by the go command itself ${when}`)
  }
  return said.length > folders.length ? [...said, '--https shows who is connected to for that'] : said
}

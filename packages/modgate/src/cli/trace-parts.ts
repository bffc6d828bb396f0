/** What `modgate trace` needs, constructed from the user's own settings of go. */

import { SettingError } from '@modgate/gomod/goenv'
import type { Machine } from '../config/machine.ts'
import { systemClock } from '../core/system.ts'
import { Failure } from '../core/failure.ts'
import { fetchSettingsOf, readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readCredentials } from '../inspect/evidence/network-credentials.ts'
import { trustedAuthorities } from '../inspect/evidence/network-trust.ts'
import { tlsTrust, type TlsTrust } from '../inspect/evidence/probe-tls.ts'
import { planRoute, TOOLCHAIN } from '../policy/route.ts'
import { publicPlace, recordedList, type RecordedList } from '../trace/recorded-list.ts'
import { startRecorder } from '../trace/recorder.ts'
import { recording, type Recording } from '../trace/recording.ts'
import type { TracedPlace } from '../trace/trace.ts'

export interface TraceParts {
  readonly recording: Recording
  readonly places: readonly TracedPlace[]
  readonly unseen: readonly string[]
  /** The environment of the command: that of the machine, and GOPROXY. */
  readonly environment: Machine['environment']
  close(): void
}

/** The go command gives up on a connection after half a minute. */
const phaseMs = 30_000

/** Reads the settings and starts the recorder. Throws a Failure `configuration` where the go command would refuse them, too. */
export async function traceParts(machine: Machine): Promise<TraceParts> {
  const go = await readGoEnvironment(machine)
  const settings = fetchSettingsOf(go)
  const list = listOf(settings.GOPROXY)
  const notes = recording(() => performance.now())
  await addMain(machine, go, notes)
  let trust: Promise<TlsTrust> | undefined
  const recorder = await startRecorder({
    places: list.places,
    recording: notes,
    credentials: await readCredentials(machine, settings.GOAUTH),
    wire: {
      environment: machine.environment,
      ...{ phaseMs, now: () => systemClock.now() },
      trust: () => (trust ??= trustedAuthorities(machine).then(tlsTrust)),
    },
  })
  return {
    recording: notes,
    places: list.places.map(({ url, fallback }) => ({ url: publicPlace(url), fallback })),
    unseen: unseenOf(go, list),
    environment: { ...machine.environment, GOPROXY: list.valueAt(recorder.base) },
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

/** What goes past the recorder by these settings, a sentence each. */
function unseenOf(go: GoEnvironment, { kept, hasDirect }: RecordedList): readonly string[] {
  const settings = fetchSettingsOf(go)
  const { checksum } = planRoute(settings, TOOLCHAIN)
  const said = [
    ...kept.map((entry) => `${entry} is asked by the go command itself`),
    ...(settings.GONOPROXY === ''
      ? []
      : [`modules of GONOPROXY (${settings.GONOPROXY}) are fetched from their own hosts, by git`]),
    ...(hasDirect ? ['what the proxies do not have is fetched from its own host (direct), by git'] : []),
  ]
  if (checksum.kind === 'asked')
    said.push(
      `the checksum database ${checksum.name} is asked by the go command itself where ${checksum.url === undefined ? 'no proxy relays it' : 'GOSUMDB gives it a URL of its own'}`,
    )
  const commands = settings.GOAUTH.split(';').filter((method) => !['', 'off', 'netrc'].includes(method.trim()))
  if (commands.length > 0)
    said.push('GOAUTH has commands; they are not run, and proxies that want their credentials refuse')
  return said
}

/** The recording places as module proxies with a checksum database, behaving as a case says. */

import { unescapePath } from '@modgate/gomod/module'
import type { TestContext } from 'node:test'
import type { PlaceAnswer } from '../../packages/modgate/src/policy/requests.ts'
import { text, type Answer } from './answer.ts'
import { zipOf, type Corpus, type CorpusModule } from './corpus.ts'
import { testDatabase } from './database.ts'
import { modulePaths, versionOf, type PlannerCase } from './recording-cases.ts'
import { recordingPlaces, type Answerer, type RecordingPlaces } from './recording-places.ts'

export interface RecordingProxies extends RecordingPlaces {
  /** What GOSUMDB may name. */
  readonly key: string
  /** From now on they behave as this case says. */
  become(next: PlannerCase): void
}

const names = ['p1', 'p2', 'p3', 'database'] as const

/** Opens them. */
export async function recordingProxies(t: TestContext): Promise<RecordingProxies> {
  const corpus = smallCorpus()
  const database = await testDatabase(corpus, { filler: 0 })
  let current: PlannerCase | undefined
  const answerer = (place: (typeof names)[number]): Answerer => {
    return async (path) => {
      const { modules, places } = current!
      const behaviour = places[place]
      const [, sumdb, file = ''] =
        /^(?:\/sumdb\/(sumdb\.example|sum\.golang\.org))?\/((?:supported|lookup\/|tile\/|latest).*)$/.exec(
          path.replace(/^\/base/, ''),
        ) ?? [undefined, undefined, undefined]
      if (file !== '') {
        const kind = file === 'supported' ? 'supported' : 'lookup'
        if (sumdb === 'sum.golang.org' && kind === 'lookup') return text(404, 'not recorded\n')
        const body = await database.answer(file)
        const honest = body && { status: 200, headers: {}, body }
        return misbehaved(file.startsWith('tile/') ? 'ok' : behaviour[kind], honest, () => text(200, 'nonsense'))
      }
      const [, escaped = '', kind = ''] = /^(?:\/base)?\/(.+)\/@v\/[^/]+\.(info|mod|zip)$/.exec(path) ?? []
      const module = corpus.modules.find((candidate) => candidate.path === unescapePath(escaped))!
      const answers = behaviour.content[modules.indexOf(module.path) % behaviour.content.length]!
      const answer = answers[kind as 'info' | 'mod' | 'zip']
      if (answer === 'tampered') return contentOf(tampered(module), kind)
      return misbehaved(answer, contentOf(module, kind), (honest) =>
        kind === 'zip' ? { ...honest, cutShort: true } : text(200, '<html></html>'),
      )
    }
  }
  const places = await recordingPlaces(t, Object.fromEntries(names.map((name) => [name, answerer(name)])))
  return { ...places, key: database.key, become: (next) => void (current = next) }
}

function misbehaved(
  answer: PlaceAnswer,
  honest: Answer | undefined,
  damage: (honest: Answer) => Answer & { cutShort?: boolean },
): (Answer & { cutShort?: boolean }) | undefined {
  if (answer === 'cut') return undefined
  if (typeof answer === 'number')
    return answer === 204 ? { status: 204, headers: {}, body: Buffer.alloc(0) } : text(answer, 'no\n')
  if (honest === undefined) return text(404, 'no record\n')
  return answer === 'damaged' ? damage(honest) : honest
}

function contentOf(module: CorpusModule, kind: string): Answer {
  if (kind === 'info') return text(200, module.info)
  return kind === 'mod' ? text(200, module.mod) : { status: 200, headers: {}, body: zipOf(module) }
}

function tampered(module: CorpusModule): CorpusModule {
  const more = { name: `${module.path}@${module.version}/more.txt`, data: Buffer.from('more') }
  return { ...module, mod: `${module.mod}// more\n`, entries: [...module.entries, more] }
}

function smallCorpus(): Corpus {
  const modules = modulePaths.map((path): CorpusModule => {
    const version = versionOf(path)
    const mod = `module ${path}\n`
    const entries = [{ name: `${path}@${version}/go.mod`, data: Buffer.from(mod) }]
    return { path, version, mod, entries, private: false, queries: [], info: JSON.stringify({ Version: version }) }
  })
  const find = (path: string) => modules.find((module) => module.path === path)
  return { modules, find, query: find, latest: find, list: () => [] }
}

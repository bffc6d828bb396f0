/** The covering log over checkpoints: what covering-log.ts promises, made of trunk, tiles, sequencer and guard. */

import { newSigner, newVerifier, NoteError, open as openNote, sign } from '@modgate/gomod/note'
import {
  equalHashes,
  formatHash,
  formatTree,
  isValidRecordText,
  parseCount,
  parseTree,
  recordHash,
  storedHashIndex,
  TlogError,
  treeHash,
  type Tree,
} from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, Clock, ModuleVersion } from '../../core/ports.ts'
import type { CoveringLog, LoggedRecord } from './covering-log.ts'
import type { Guarded, LogGuard } from './log-guard.ts'
import { signedHead } from './log-head.ts'
import { logNames } from './log-names.ts'
import { logTiles } from './log-tiles.ts'
import { logTrunk, type Standing } from './log-trunk.ts'
import { sequencer } from './sequencer.ts'

export interface OwnLogOptions {
  /** `PRIVATE+KEY+name+hash+key`. */
  readonly signerKey: string
  readonly verifierKey: string
  readonly checkpoints: Checkpoints
  readonly guard: LogGuard
  readonly clock: Clock
}

const recordsInMemory = 20_000

/** Opens the log that signs with a key, empty where nothing of it is kept. Throws a NoteError for a key that is none. */
export function ownLog({ signerKey, verifierKey, checkpoints, guard, clock }: OwnLogOptions): CoveringLog {
  const signer = newSigner(signerKey)
  const verifier = newVerifier(verifierKey)
  const { name } = verifier
  const names = logNames(name)
  const tiles = logTiles(checkpoints, names)
  const trunk = logTrunk({ checkpoints, names, tiles })
  const recent = new Map<string, LoggedRecord>()

  function remember(module: ModuleVersion, record: LoggedRecord): LoggedRecord {
    recent.set(`${module.path}@${module.version}`, record)
    if (recent.size > recordsInMemory) recent.delete(recent.keys().next().value!)
    return record
  }

  async function find(module: ModuleVersion, given?: Standing): Promise<LoggedRecord | undefined> {
    const kept = recent.get(`${module.path}@${module.version}`)
    if (kept) return kept
    const bytes = (await checkpoints.read(names.lookup(module)))?.bytes
    if (!bytes) return undefined
    const record = parseLookup(Buffer.from(bytes).toString(), module)
    if (!record) throw damaged(module, 'its file does not hold a record of this version')
    await prove(module, record, given ?? (await trunk.look()))
    return remember(module, record)
  }

  /** The file is only where to look: what counts is what was signed. */
  async function prove(module: ModuleVersion, { id, text }: LoggedRecord, { tree }: Standing): Promise<void> {
    if (id >= tree.size) throw damaged(module, `it is record ${id}, and the log has ${tree.size}`)
    const [leaf] = await tiles
      .reader(tree)
      .readHashes([storedHashIndex(0, id)])
      .catch((error: unknown) => {
        throw error instanceof TlogError ? damaged(module, error.message) : error
      })
    if (!equalHashes(leaf!, recordHash(Buffer.from(text)))) throw damaged(module, `record ${id} says something else`)
  }

  /** Nothing is signed that is no extension of the last head that was, as the guard remembers it. */
  async function admit(standing: Standing): Promise<void> {
    const why = await refusal(standing)
    if (why !== undefined)
      throw new Failure('log-closed', { asked: `append to ${name}`, who: `modgate, by ${guard.place}`, why })
  }

  async function refusal({ tree, head }: Standing): Promise<string | undefined> {
    if (head && !isSigned(head.note, tree)) return 'its head was not signed with this key'
    const guarded = await guard.read()
    if (!guarded || guarded.name !== name) return guarded && `the guard is of ${guarded.name}`
    if (guarded.verifierKey !== verifierKey) return 'the key is not the one that signed before'
    if (guarded.tree.size > tree.size) {
      return `the log has ${tree.size} records, and had ${guarded.tree.size} when it was signed last: a backup was restored, or its head was removed`
    }
    return (await extendsGuarded(guarded, tree)) ? undefined : 'the log is another one than was signed before'
  }

  function isSigned(note: string, tree: Tree): boolean {
    try {
      const signed = parseTree(openNote(note, [verifier]).text)
      return signed.size === tree.size && equalHashes(signed.hash, tree.hash)
    } catch (error) {
      if (error instanceof NoteError || error instanceof TlogError) return false
      throw error
    }
  }

  async function extendsGuarded(guarded: Guarded, tree: Tree): Promise<boolean> {
    if (guarded.tree.size === tree.size) return equalHashes(guarded.tree.hash, tree.hash)
    if (guarded.tree.size === 0) return true
    return equalHashes(guarded.tree.hash, await treeHash(guarded.tree.size, tiles.reader(tree)))
  }

  const appends = sequencer({
    ...{ signer, checkpoints, names, tiles, trunk, clock, find, admit },
    signed: (tree) => guard.write({ name, verifierKey, tree }),
  })

  return {
    name,
    verifierKey,
    find,
    async append(module, text) {
      const known = await find(module)
      if (known) return known
      if (!isRecordOf(text, module)) throw new TypeError(`not the go.sum lines of ${module.path}@${module.version}`)
      return remember(module, await appends.append(module, text))
    },
    async latest() {
      const { head, tree } = await trunk.look()
      return head ? Buffer.from(head.note) : sign({ text: formatTree(tree) }, signer)
    },
    async checkpoint() {
      const { head, tree } = await trunk.look()
      return Buffer.from((head ?? signedHead(tree, signer, { signedAt: 0, bundle: '' })).checkpoint)
    },
    async readTile(tile) {
      for (let look = 1; look <= 2; look++) {
        const { tree } = await trunk.look()
        const found = await tiles.read(tile, tree.size)
        if (found) return found
      }
      throw absent(`tile ${tile.h}/${tile.l}/${tile.n}, ${tile.w} wide`, name)
    },
    async readRecords(id, n) {
      const { tree } = await trunk.look()
      const texts = id + n <= tree.size ? await tiles.readRecords(id, n, tree.size) : []
      if (texts.length !== n || n === 0) throw absent(`records ${id} to ${id + n - 1}`, name)
      return texts.map((text) => Buffer.from(text))
    },
    async status() {
      const standing = await trunk.look()
      const { tree, head } = standing
      const guarded = await guard.read()
      const why = await refusal(standing)
      return {
        ...{ name, size: tree.size, root: formatHash(tree.hash), signedAt: head?.signedAt ?? 0 },
        guard: guarded && { path: guard.place, size: guarded.tree.size, root: formatHash(guarded.tree.hash) },
        ...(why === undefined ? { signs: true } : { signs: false, why }),
      }
    },
    async close() {
      await appends.idle()
      await trunk.settled()
    },
  }

  function damaged({ path, version }: ModuleVersion, why: string): Failure {
    return new Failure('log-damaged', { asked: `${path}@${version} in ${name}`, who: 'modgate', why })
  }
}

function parseLookup(content: string, module: ModuleVersion): LoggedRecord | undefined {
  const end = content.indexOf('\n')
  const id = parseCount(content.slice(0, end))
  const text = content.slice(end + 1)
  return id !== undefined && isRecordOf(text, module) ? { id, text } : undefined
}

/** Whether a text is the two lines of exactly this version: a record of another one must not answer for it. */
function isRecordOf(text: string, { path, version }: ModuleVersion): boolean {
  const [zip = '', goMod = ''] = text.split('\n')
  const isLine = (line: string, start: string) =>
    line.startsWith(start) && /^h1:[A-Za-z0-9+/]{43}=$/.test(line.slice(start.length))
  return (
    isLine(zip, `${path} ${version} `) &&
    isLine(goMod, `${path} ${version}/go.mod `) &&
    isValidRecordText(Buffer.from(text))
  )
}

function absent(what: string, log: string): Failure {
  return new Failure('module-not-found', { asked: `${what} of ${log}`, who: log, why: 'the log has no such thing' })
}

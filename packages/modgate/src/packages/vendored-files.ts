/** Which files of a package are vendored (cmd/go/internal/modcmd, vendorPkg), and where to. */

import { anyTags, shouldBuild } from '@modgate/gomod/constraint'
import { embedPatterns, readHead, type FileHead } from '@modgate/gomod/imports'
import { versionString } from '@modgate/gomod/module'
import { compareGoVersions } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { embeddedFiles } from './embedded-files.ts'
import type { LoadedPackage } from './load-packages.ts'
import { sourceFault, type GoSource } from './source-fault.ts'
import { directoryOf, inDirectory, type SourceTree } from './source-tree.ts'

/** A file that is copied: from where, by its path below the vendor directory. */
export interface VendoredFile {
  readonly tree: SourceTree
  readonly path: string
}

/** Collects files by their slash-separated paths below the vendor directory. Of two for one place the later one stays. */
export class VendoredFiles {
  readonly files = new Map<string, VendoredFile>()
  /** Those of packages, which are there even where none of their files is. */
  readonly directories: string[] = []
  readonly #goVersion: string
  /** The directories whose licences are taken care of, by module, since modules may share directories. */
  readonly #licensed = new Set<string>()

  /** @param goVersion of the main module or of go.work, without "go": it decides what is left out. */
  constructor(goVersion: string) {
    this.#goVersion = goVersion
  }

  /** Adds a package. Throws a Failure for files that cannot be read, are no Go source, or cannot be embedded. */
  add(loaded: LoadedPackage): void {
    const { path, directory, source } = loaded
    const items = (source.tree.list(directory) ?? []).filter(({ kind }) => kind === 'file')
    const sources = items.filter(({ name }) => name.endsWith('.go')).map(({ name }) => this.#read(loaded, name))
    const isIgnored = new Set(sources.filter(({ head }) => !mayBeBuilt(head)).map(({ name }) => name))
    const own = items.filter(({ name }) => this.#isVendored(name) && !isIgnored.has(name)).map(({ name }) => name)
    this.directories.push(path)
    for (const name of own) this.#put(`${path}/${name}`, source.tree, inDirectory(directory, name))
    this.#addLicences(loaded)
    for (const file of embeddedFiles(loaded, this.#patterns(loaded, sources))) {
      if (!own.includes(file)) this.#put(`${path}/${file}`, source.tree, inDirectory(directory, file))
    }
  }

  #read({ source, directory }: LoadedPackage, name: string): GoSource {
    const bytes = source.tree.read(inDirectory(directory, name))
    const head = readHead(bytes)
    return { name, head, patterns: head.imports.includes('embed') && !head.isBroken ? embedPatterns(bytes) : [] }
  }

  #put(place: string, tree: SourceTree, path: string): void {
    this.files.set(place, { tree, path })
  }

  /** All but tests, and what would make the directory look like a module. */
  #isVendored(name: string): boolean {
    if (name === 'go.mod' || name === 'go.sum') return compareGoVersions(this.#goVersion, leavesGoModOut) < 0
    return !name.endsWith('_test.go')
  }

  /** Those of all files that the package has on any platform, and of those for the tag `ignore` as well. */
  #patterns(loaded: LoadedPackage, sources: readonly GoSource[]): readonly string[] {
    const built = sources.filter(({ name }) => !/^[._]/.test(name))
    const fault = sourceFault(built)
    if (fault !== undefined) {
      throw new Failure('package-unusable', { asked: loaded.path, who: versionString(loaded.module), why: fault })
    }
    const hasTestEmbeds = compareGoVersions(this.#goVersion, leavesTestEmbedsOut) < 0
    const embedding = built.filter(({ name, head }) => {
      return head.name !== 'documentation' && (hasTestEmbeds || !name.endsWith('_test.go'))
    })
    return [...new Set(embedding.flatMap(({ patterns }) => patterns))].sort()
  }

  /** Licences and the like are copied from all directories above, up to the root of the module. */
  #addLicences({ module, path, directory, source }: LoadedPackage): void {
    for (let [above, place] = [directory, path]; ; [above, place] = [directoryOf(above), directoryOf(place)]) {
      const key = `${module.path} ${place}`
      if (this.#licensed.has(key)) return
      this.#licensed.add(key)
      const isOwn = place === path
      for (const { name, kind } of isOwn ? [] : (source.tree.list(above) ?? [])) {
        if (kind !== 'file' || !isLicence(name)) continue
        this.#put(`${place}/${name}`, source.tree, inDirectory(above, name))
      }
      if (place === module.path) return
    }
  }
}

const leavesGoModOut = '1.17'
const leavesTestEmbedsOut = '1.22'

/** A file that nobody can read as Go source is copied, for the compiler to say so. */
function mayBeBuilt(head: FileHead): boolean {
  return head.hasNul || shouldBuild(head.text, anyTags)
}

const licences = /^(?:AUTHORS|CONTRIBUTORS|COPYLEFT|COPYING|COPYRIGHT|LEGAL|LICENSE|NOTICE|PATENTS)/

function isLicence(name: string): boolean {
  return licences.test(name)
}

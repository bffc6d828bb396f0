/** Which files of a package are vendored (cmd/go/internal/modcmd, vendorPkg), and where to. */

import { versionString } from '@modgate/gomod/module'
import { compareGoVersions } from '@modgate/gomod/mvs'
import { Failure } from '../core/failure.ts'
import { embeddedFiles } from './embedded-files.ts'
import { isHidden, isTest, packageFault } from './go-source.ts'
import type { LoadedPackage } from './load-packages.ts'
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
    const { path, directory, source, sources } = loaded
    const ignored = new Set(sources.filter(({ isIgnored, hasNul }) => isIgnored && !hasNul).map(({ name }) => name))
    const own = new Set<string>()
    this.directories.push(path)
    for (const { name, kind } of source.tree.list(directory) ?? []) {
      if (kind !== 'file' || ignored.has(name) || !this.#isVendored(name)) continue
      own.add(name)
      this.#put(`${path}/${name}`, source.tree, inDirectory(directory, name))
    }
    this.#addLicences(loaded)
    for (const file of embeddedFiles(loaded, this.#patterns(loaded))) {
      if (!own.has(file)) this.#put(`${path}/${file}`, source.tree, inDirectory(directory, file))
    }
  }

  #put(place: string, tree: SourceTree, path: string): void {
    this.files.set(place, { tree, path })
  }

  /** All but tests, and what would make the directory look like a module. */
  #isVendored(name: string): boolean {
    if (name === 'go.mod' || name === 'go.sum') return compareGoVersions(this.#goVersion, leavesGoModOut) < 0
    return !isTest(name)
  }

  /** Those of all files that the package has on any platform, and of those for the tag `ignore` as well. */
  #patterns({ path, module, sources }: LoadedPackage): readonly string[] {
    const seen = sources.filter(({ name }) => !isHidden(name))
    const why = packageFault(seen)
    if (why !== undefined) throw new Failure('package-unusable', { asked: path, who: versionString(module), why })
    const hasTestEmbeds = compareGoVersions(this.#goVersion, leavesTestEmbedsOut) < 0
    const embedding = seen.filter(({ name, ...source }) => {
      return source.package !== 'documentation' && (hasTestEmbeds || !isTest(name))
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

/** Since it go.mod and go.sum are not vendored. */
const leavesGoModOut = '1.17'
/** Before it, the files that tests embed were vendored, and still are for who is from then. */
const leavesTestEmbedsOut = '1.22'

const licences = /^(?:AUTHORS|CONTRIBUTORS|COPYLEFT|COPYING|COPYRIGHT|LEGAL|LICENSE|NOTICE|PATENTS)/

function isLicence(name: string): boolean {
  return licences.test(name)
}

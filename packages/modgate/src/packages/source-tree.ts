/** The files of a module, wherever they are: a directory of somebody's, one of the module cache, or a zip that was not unpacked. */

export interface TreeItem {
  readonly name: string
  /** What it is itself; a symbolic link is neither. */
  readonly kind: 'file' | 'directory' | 'other'
  /** What a symbolic link leads to in the end, where it leads to a file or a directory. */
  readonly leadsTo?: 'file' | 'directory'
}

/**
 * Paths are slash-separated and relative to the root of the module, which is the empty path. All is synchronous: files are small and
 * many, and waking a thread for one takes longer than reading it. Each method throws a Failure for what is there and cannot be read.
 */
export interface SourceTree {
  /** What a directory holds, sorted by name; undefined where there is none. */
  list(directory: string): readonly TreeItem[] | undefined
  /** A file, whole; for Go source, which the caller has seen in a list. */
  read(file: string): Uint8Array
  /** The same in pieces, for files of any size. A piece is valid until the next one. */
  pieces(file: string): Iterable<Uint8Array>
}

/** The path of something in a directory. */
export function inDirectory(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}

/** The directory that something is in; the root is in itself. */
export function directoryOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

/** Whether there is a Go file for the go command, which follows links to files. */
export function isGoFile({ name, kind, leadsTo }: TreeItem): boolean {
  return name.endsWith('.go') && (kind === 'file' || leadsTo === 'file')
}

/** Whether a directory is the root of a module of its own. */
export function hasGoMod(tree: SourceTree, directory: string): boolean {
  const items = tree.list(directory) ?? []
  return items.some(({ name, kind, leadsTo }) => name === 'go.mod' && kind !== 'directory' && leadsTo !== 'directory')
}

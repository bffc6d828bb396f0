/** Where the small files of modules come from: go.mod files, infos, and lists of versions. */

/** The requests of the GOPROXY protocol that are answered here: everything but zips and what belongs to a checksum database. */
export type ModFileRequest =
  | { readonly kind: 'list' | 'latest'; readonly path: string }
  | { readonly kind: 'query'; readonly path: string; readonly query: string }
  | { readonly kind: 'info' | 'mod'; readonly path: string; readonly version: string }

export interface ModFiles {
  /**
   * The bytes, unverified; undefined where this place does not have them. A place that has them at hand answers at once. Throws or
   * rejects with a Failure, `not-found` or `gone` only where nobody has them.
   */
  read(request: ModFileRequest): Uint8Array | undefined | Promise<Uint8Array | undefined>
}

/** Asks one place after the other until one has it. */
export function firstOf(places: readonly ModFiles[]): ModFiles {
  const from = (start: number, request: ModFileRequest): ReturnType<ModFiles['read']> => {
    for (let at = start; at < places.length; at++) {
      const found = places[at]!.read(request)
      if (found instanceof Promise) return found.then((bytes) => bytes ?? from(at + 1, request))
      if (found !== undefined) return found
    }
    return undefined
  }
  return { read: (request) => from(0, request) }
}

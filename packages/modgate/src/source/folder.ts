/** A folder in GOPROXY layout: `file://` in an upstream list. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keyOf } from '@modgate/gomod/proxy'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { fileBody } from '../store/file-body.ts'
import { keyPath } from '../store/keys.ts'
import { describeRequest, mediaTypes } from './describe.ts'

/** A source that reads files below a `file://` URL. An absent file is "not found", as it is for the go command. */
export function folder(base: URL): Source {
  const root = fileURLToPath(base)
  return {
    async get(request) {
      const path = keyPath(root, keyOf(request))
      const details = { asked: describeRequest(request), who: base.href }
      const found = await stat(path).catch((error: unknown) => {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
        throw new Failure('upstream-unreachable', {
          ...details,
          why: `${join(root)} cannot be read: ${code}`,
          cause: error,
        })
      })
      if (!found?.isFile()) throw new Failure('module-not-found', { ...details, why: 'no such file in this folder' })
      return {
        body: fileBody(path, found.size),
        type: mediaTypes[request.kind],
        trust: 'answer',
        source: base.href,
        cache: { status: 'miss', detail: 'folder' },
      }
    },
  }
}

/** Go toolchains as the modules that the go command fetches them as (https://go.dev/doc/toolchain). */

import { isGoVersion } from '@modgate/gomod/modfile'
import { Failure } from '../core/failure.ts'
import type { WantedModule } from '../bundle/wanted.ts'

const modulePath = 'golang.org/toolchain'

interface ToolchainFlags {
  readonly toolchain?: readonly string[]
  readonly platform?: readonly string[]
}

/** One for each toolchain and platform. Throws a Failure `usage` for words that name none. */
export function toolchainModules({ toolchain = [], platform = [] }: ToolchainFlags): readonly WantedModule[] {
  const platforms = (platform.length > 0 ? platform : [ownPlatform()]).map((word) => {
    if (/^[a-z0-9]{2,20}\/[a-z0-9]{2,20}$/.test(word)) return word.replace('/', '-')
    throw unusable(`--platform ${word}`, 'is no platform', 'say it as go env GOOS/GOARCH does: linux/amd64')
  })
  return toolchain.flatMap((word) => {
    const version = word.replace(/^go/, '')
    if (!isGoVersion(version)) throw unusable(`--toolchain ${word}`, 'is no Go version', 'say it as go1.26.8')
    return platforms.map((name) => ({ path: modulePath, version: `v0.0.1-go${version}.${name}`, zip: true }))
  })
}

/** This machine as Go names it. */
function ownPlatform(): string {
  const systems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }
  const machines: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }
  return `${systems[process.platform] ?? process.platform}/${machines[process.arch] ?? process.arch}`
}

function unusable(asked: string, why: string, next: string): Failure {
  return new Failure('usage', { asked, who: 'modgate', why, next })
}

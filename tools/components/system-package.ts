import { type Component, findOr, output } from './component.ts'

/** A program of a package of the operating system, which apt brings where it may. */
export function systemPackage(program: string, wanted: { readonly name: string; readonly version: string }): Component {
  return {
    name: program,
    find: () =>
      findOr(`no ${program} command on this machine; install ${wanted.name}`, async () => {
        const [line = ''] = (await output(program, [wanted.version])).split('\n')
        return { path: program, version: line }
      }),
    install: async () => {
      const env = { DEBIAN_FRONTEND: 'noninteractive' }
      await output('apt-get', ['update'], { env })
      await output('apt-get', ['install', '-y', '--no-install-recommends', wanted.name], { env })
    },
  }
}

/** Version control systems besides git, for repositories that tests make and origins that the gate reads. */
export const hg = systemPackage('hg', { name: 'mercurial', version: '--version' })
export const svn = systemPackage('svn', { name: 'subversion', version: '--version' })
export const fossil = systemPackage('fossil', { name: 'fossil', version: 'version' })

/** A browser, for pages that people open. */
export const chromium = systemPackage('chromium', { name: 'chromium', version: '--version' })

import { type Component, findOr, output } from './component.ts'

/** git, for repositories that tests make and origins that the gate reads. */
export const git: Component = {
  name: 'git',
  find: () =>
    findOr('no git command on this machine; install git 2.30 or newer', async () => {
      const version = await output('git', ['--version'])
      return { path: 'git', version: version.replace('git version ', '') }
    }),
}

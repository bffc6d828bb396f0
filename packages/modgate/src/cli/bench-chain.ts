/** `modgate bench chain`: the user's own lists of proxies, timed side by side */

import { buildCommand } from '@stricli/core'
import type { ChainFlags } from './bench-flags.ts'
import type { CommandLine } from './context.ts'

const number = (brief: string, standard: number, most: number) =>
  ({ kind: 'parsed', parse: upTo(most), default: String(standard), placeholder: 'N', brief }) as const

export const benchChainCommand = buildCommand<ChainFlags, [], CommandLine>({
  docs: {
    brief: 'Time lists of module proxies side by side',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Asks each list of proxies for the info, mod and zip of some modules, walks it as the go command walks GOPROXY, and prints how long',
      'the first byte and the whole file took, what it cost in requests, connections and bytes, and how that compares to the first list.',
      'The lists take turns, round by round. Modules are those of the build here, but for those that GONOPROXY keeps from proxies; of more',
      'than --modules, some from all over the list are taken. What comes is measured and thrown away: nothing is verified or kept.',
      '',
      'The first round is told apart from the later ones. It is no cold start: a cache of somebody else may have known the files before.',
      'Logins are those of the URLs and of netrc, and are never printed. What a list leaves to direct counts as failed. That go',
      'asks a proxy over https twice after each 4xx is not imitated. Exit code 1 if a list answered nothing.',
      '',
      'Example:',
      '  modgate bench chain --chain gate=https://modgate.corp.example --chain now=https://proxy.corp.example,direct',
      '  modgate bench chain --chain http://localhost:3000 --module rsc.io/quote@v1.5.2 --rounds 20',
      '  modgate bench chain --markdown --svg chains.svg --chain a=https://a.corp.example --chain b=https://b.corp.example',
    ].join('\n'),
  },
  parameters: {
    flags: {
      chain: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        placeholder: '[NAME=]LIST',
        brief: 'A list as GOPROXY has it; repeatable, ratios are to the first one [GOPROXY]',
      },
      module: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        placeholder: 'MODULE@VERSION',
        brief: 'Ask for this one; repeatable [the build list here]',
      },
      rounds: number('Turns of each list', 5, 1000),
      modules: number('Of a build list, at most so many modules', 50, 1000),
      jobs: number('Modules at once', 8, 128),
      json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' },
      markdown: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print Markdown' },
      svg: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'Write a picture, which needs nothing else',
      },
    },
  },
  async func(flags) {
    const { benchChains } = await import('./chain-bench.ts')
    await benchChains(this, flags)
  },
})

function upTo(most: number): (word: string) => number {
  return (word) => {
    const value = /^\d{1,4}$/.test(word) ? Number(word) : 0
    if (value >= 1 && value <= most) return value
    throw new Error(`is no number from 1 to ${most}`)
  }
}

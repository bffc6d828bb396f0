/** `modgate bench …` */

import { buildRouteMap } from '@stricli/core'
import { benchChainCommand } from './bench-chain.ts'

export const benchCommands = buildRouteMap({
  routes: { chain: benchChainCommand },
  docs: {
    brief: 'Measure what module proxies cost from here',
    fullDescription: [
      'Measures what module proxies cost from here.',
      '',
      'Example:',
      '  modgate bench chain --chain gate=https://modgate.corp.example --chain now=https://proxy.corp.example,direct',
    ].join('\n'),
  },
})

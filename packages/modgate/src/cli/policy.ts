/** `modgate policy [generate | init | check]` */

import { buildRouteMap } from '@stricli/core'
import { policyCheckCommand } from './policy-check.ts'
import { policyGenerateCommand } from './policy-generate.ts'
import { policyInitCommand } from './policy-init.ts'

export const policyCommands = buildRouteMap({
  routes: { generate: policyGenerateCommand, init: policyInitCommand, check: policyCheckCommand },
  defaultCommand: 'generate',
  docs: {
    brief: 'Make the settings of all machines from one declaration, and check them',
    fullDescription: [
      'Makes the go settings of laptops, CI and containers, and those of the gates, from a short declaration of what is private.',
      'Without a word of these it is modgate policy generate.',
      '',
      'Example:',
      '  modgate policy --private corp.example --gate https://gate.corp.example',
      '  modgate policy init --discover > modgate-policy.yaml',
      '  modgate policy check --prove corp.example/lib',
    ].join('\n'),
  },
})

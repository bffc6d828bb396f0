/** `modgate cache ls | origins | rm | gc | verify | adopt`: the store, looked after, while a gate runs on it or not. */

import { buildRouteMap } from '@stricli/core'
import { adoptCommand } from './cache-adopt.ts'
import { gcCommand } from './cache-gc.ts'
import { originsCommand } from './cache-origins.ts'
import { lsCommand } from './cache-ls.ts'
import { rmCommand } from './cache-rm.ts'
import { verifyCommand } from './cache-verify.ts'

export const cacheCommands = buildRouteMap({
  routes: {
    ls: lsCommand,
    origins: originsCommand,
    rm: rmCommand,
    gc: gcCommand,
    verify: verifyCommand,
    adopt: adoptCommand,
  },
  docs: {
    brief: 'Look after what is kept',
    fullDescription:
      'Looks after what is kept, while a gate runs on the same directory or not.\n\nExample:\n  modgate cache ls --sort size\n  modgate cache verify',
  },
})

/** `modgate token add | list | revoke`: who may use a gate that does not serve everybody. */

import { buildRouteMap } from '@stricli/core'
import { tokenAddCommand } from './token-add.ts'
import { tokenListCommand } from './token-list.ts'
import { tokenRevokeCommand } from './token-revoke.ts'

export const tokenCommands = buildRouteMap({
  routes: { add: tokenAddCommand, list: tokenListCommand, revoke: tokenRevokeCommand },
  docs: {
    brief: 'Give, list and revoke tokens for callers',
    fullDescription:
      'Gives, lists and revokes tokens for callers of a gate that runs with --access private or --access all. A running gate\n' +
      "sees the change within two seconds.\n\nExample:\n  modgate token add ci --patterns '*.corp.example'\n  modgate token list",
  },
})

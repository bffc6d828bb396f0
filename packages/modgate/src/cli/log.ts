/** `modgate log …`: the gate's own checksum database, looked at and looked after, while a gate runs on it or not. */

import { buildRouteMap } from '@stricli/core'
import { logAuditCommand } from './log-audit.ts'
import { logDrillCommand } from './log-drill.ts'
import { logKeyCommand } from './log-key.ts'
import { logRotateCommand } from './log-rotate.ts'
import { logShowCommand } from './log-show.ts'
import { logStatusCommand } from './log-status.ts'

export const logCommands = buildRouteMap({
  routes: {
    key: logKeyCommand,
    status: logStatusCommand,
    show: logShowCommand,
    audit: logAuditCommand,
    rotate: logRotateCommand,
    drill: logDrillCommand,
  },
  docs: {
    brief: "Look after the gate's own checksum database",
    fullDescription:
      "Looks after the gate's own checksum database, while a gate runs on the same directory or not.\n\nExample:\n  modgate log key",
  },
})

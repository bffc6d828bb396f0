import type { Row } from '../row.ts'
import { bigZip } from './big-zip.ts'
import { coldClients, firstByte, hitBehindCold } from './cold-zip.ts'
import { download } from './download.ts'
import { gitBuild } from './git-build.ts'
import { gitLong } from './git-long.ts'
import { graphCold } from './graph-cold.ts'
import { graphLog } from './graph-log.ts'
import { graphWarm } from './graph-warm.ts'
import { log } from './log.ts'
import { logLookup } from './log-lookup.ts'
import { logSize } from './log-size.ts'
import { memory } from './memory.ts'
import { million } from './million.ts'
import { vendor } from './vendor.ts'
import { resolve } from './resolve.ts'
import { trace } from './trace.ts'
import { verify } from './verify.ts'
import { warmSmall, warmZip } from './warm.ts'

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [
  warmSmall,
  warmZip,
  bigZip,
  graphWarm,
  graphCold,
  graphLog,
  download,
  firstByte,
  hitBehindCold,
  coldClients,
  gitLong,
  gitBuild,
  memory,
  million,
  log,
  logLookup,
  logSize,
  vendor,
  resolve,
  verify,
  trace,
]

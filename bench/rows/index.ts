import type { Row } from '../row.ts'
import { warmSmall, warmZip } from './warm.ts'

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [warmSmall, warmZip]

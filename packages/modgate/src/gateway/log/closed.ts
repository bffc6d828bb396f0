/** Why a log refuses to sign, and what an operator can do about it. */

export interface Closed {
  readonly cause: ClosedCause
  /** What happened, one sentence without a full stop. */
  readonly why: string
  /** What to do, likewise. */
  readonly next: string
}

export type ClosedCause = keyof typeof remedies

const rotate = 'modgate log rotate, which begins a log under a new name and key with all records that are left'

const remedies = {
  /** A backup stands where more was signed before. */
  'behind-guard': `put the newer data directory back; if it is lost: ${rotate}`,
  /** Records and tiles may be there, the head is not. */
  'head-gone': `restore the data directory's file of the head, or all of it; if it is lost: ${rotate}`,
  /** As many records or more, and others. */
  'not-the-same-log': `put the data directory back that belongs to the guard; if it is lost: ${rotate}`,
  'key-changed': `put the old key back; if it is lost: ${rotate}`,
  /** Rotated, and this gate still has the old key. */
  moved: 'start the gate with the key of the new name, and give clients the new lines: modgate log key prints the key',
  'key-lost': `put the file of the key back, or give it with --log-key; if it is lost: ${rotate}`,
  damaged: `restore what is damaged from a copy of the data directory; if there is none: ${rotate}`,
  'guard-of-another': "give the guard's own file with --log-guard, or restore the log to which this one belongs",
  'guard-unreadable': `make the guard a file that the gate may read; one that is damaged for good: ${rotate}`,
  'guard-unwritable': 'make room where the guard is, or give another place with --log-guard and copy the guard there',
} as const

export const closed = (cause: ClosedCause, why: string): Closed => ({ cause, why, next: remedies[cause] })

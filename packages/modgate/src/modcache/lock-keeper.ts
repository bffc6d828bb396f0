/**
 * A program that holds locks for us: flock(2) on files that are named to it, until it is told to give them back, or our end closes its
 * input. To start it costs as much as to start any program; a lock of it costs next to nothing.
 */

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface LockKeeper {
  /** Tries to lock a file that is there. Never rejects: `gone` means that there is no such program, or no more. */
  take(file: string): Promise<'held' | 'busy' | 'gone'>
  /** Gives one back that is held. */
  release(file: string): void
  /** Whether what it held is held no more without our doing: it has died. */
  readonly isLost: () => boolean
  /** Gives everything back. */
  close(): void
}

/**
 * In Perl, which is wherever git is. It reads lines `+ HEX` and `- HEX`, HEX being a path, and answers each `+` with a line. A Ctrl-C is
 * for us to hear: it reaches every program of a terminal.
 */
const program = `
$| = 1;
@SIG{qw(INT TERM HUP QUIT)} = ('IGNORE') x 4;
my %held;
while (my $line = <STDIN>) {
  my ($sign, $hex) = split ' ', $line;
  my $path = pack 'H*', $hex;
  if ($sign eq '-') { delete $held{$path}; next }
  my $file;
  my $is_ours = open($file, '+<', $path) && flock($file, 2 | 4);
  $held{$path} = $file if $is_ours;
  print $is_ours ? "held\\n" : "busy\\n";
}
`

type Answer = 'held' | 'busy'

/** Starts it at the first lock. */
export function lockKeeper(): LockKeeper {
  let child: ChildProcessWithoutNullStreams | undefined
  let isGone = false
  let isClosed = false
  const waiting: ((answer: Answer | 'gone') => void)[] = []
  const gone = () => {
    isGone = true
    for (const settle of waiting.splice(0)) settle('gone')
  }
  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn('perl', ['-e', program])
    started.once('error', gone).once('exit', gone)
    // What it says of its own end has no reader; a line to it that comes too late is answered by `gone`.
    started.stderr.resume()
    started.stdin.on('error', () => undefined)
    createInterface(started.stdout).on('line', (line) => waiting.shift()?.(line as Answer))
    return started
  }
  const say = (sign: '+' | '-', file: string) => child?.stdin.write(`${sign} ${Buffer.from(file).toString('hex')}\n`)
  return {
    take(file) {
      if (isGone || isClosed) return Promise.resolve('gone')
      child ??= start()
      const { promise, resolve } = Promise.withResolvers<Answer | 'gone'>()
      waiting.push(resolve)
      say('+', file)
      return promise
    },
    release: (file) => void say('-', file),
    isLost: () => isGone,
    close() {
      isClosed = true
      child?.stdin.end()
    },
  }
}

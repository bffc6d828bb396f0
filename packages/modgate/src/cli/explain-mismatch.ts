/** `modgate explain --mismatch MODULE@VERSION`: which of the hashes is the wrong one */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, escapePath, escapeVersion, ModuleError, type ModuleVersion } from '@modgate/gomod/module'
import { ZipError } from '@modgate/gomod/zip'
import { systemRunner } from '../core/child-process.ts'
import { shellWord } from '../core/shell-word.ts'
import { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import { archivedFiles } from '../inspect/evidence/archived-files.ts'
import { fetchSettingsOf, readGoEnvironment, type GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readProject } from '../inspect/evidence/project.ts'
import { collectTestimonies, type TestimonySources } from '../inspect/evidence/testimonies.ts'
import { differenceOf } from '../inspect/mismatch/file-difference.ts'
import { h1Of, type Testimony } from '../inspect/mismatch/testimony.ts'
import { judge, type Verdict } from '../inspect/mismatch/verdict.ts'
import { planRoute } from '../policy/route.ts'
import { filledWords, mismatchText, type ComparedFiles, type MismatchReport } from '../report/mismatch-text.ts'
import { peer } from '../source/peer.ts'
import { print, remark, type CommandLine } from './context.ts'
import type { ExplainFlags } from './explain-flags.ts'

const limits = { connectMs: 10_000, firstByteMs: 30_000, stallMs: 30_000 }
const deadlineMs = 300_000

/** Prints where the hashes of a module version disagree, and why. Exit code 1 where they do. */
export async function explainMismatch(
  command: CommandLine,
  flags: ExplainFlags,
  targets: readonly string[],
): Promise<void> {
  const module = moduleOf(targets)
  const go = await readGoEnvironment(command.machine)
  const project = await readProject(command.machine)
  const temporary = await mkdtemp(join(tmpdir(), 'modgate-mismatch-'))
  const asking = peer({ limits, clock: systemClock })
  if ((command.process.stderr as { isTTY?: boolean }).isTTY) remark(command, `asking for ${targets[0]} everywhere …`)
  try {
    const report = await investigate({
      module,
      route: planRoute(fetchSettingsOf(go), module.path),
      ...(project && { project }),
      modCache: modCacheOf(go),
      ...{ peer: asking, temporary, signal: AbortSignal.timeout(deadlineMs) },
      ...(flags.origin && { origin: { runner: systemRunner, environment: command.machine.environment } }),
    })
    print(command, flags.json ? forPrograms(report) : mismatchText(report))
    if (!['agreement', 'too-little'].includes(report.verdict.class)) command.process.exitCode = 1
  } finally {
    await asking.close()
    await rm(temporary, { recursive: true, force: true })
  }
}

function moduleOf(targets: readonly string[]): ModuleVersion {
  const [target = ''] = targets
  const at = target.lastIndexOf('@')
  const module = { path: target.slice(0, Math.max(0, at)), version: target.slice(at + 1) }
  try {
    check(module.path, module.version)
    if (targets.length === 1) return module
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
  }
  throw new Failure('configuration', {
    asked: `explain --mismatch ${targets.join(' ')}`,
    who: 'modgate',
    why: 'a mismatch is one of one module version',
    next: 'name it as in go.sum: modgate explain --mismatch example.com/lib@v1.0.0',
  })
}

function modCacheOf({ variables }: GoEnvironment): string {
  return variables.get('GOMODCACHE')?.value ?? ''
}

async function investigate(sources: TestimonySources): Promise<MismatchReport> {
  const testimonies = await collectTestimonies(sources)
  const first = judge(testimonies)
  const difference = compared(sources.module, testimonies, first)
  const verdict = difference ? judge(testimonies, difference) : first
  return {
    ...sources.module,
    testimonies,
    verdict,
    ...(difference && { difference }),
    remove: removal(sources, testimonies, verdict),
  }
}

/** An archive with the believed hash against the first one that differs. */
function compared(
  module: ModuleVersion,
  testimonies: readonly Testimony[],
  { believed, suspects, of }: Verdict,
): ComparedFiles | undefined {
  const good = testimonies.find(({ zip, archive }) => archive !== undefined && h1Of(zip) === believed)
  const bad = suspects.find(({ archive }) => archive !== undefined)
  if (of !== 'zip' || !good?.archive || !bad?.archive) return undefined
  try {
    const [left, right] = [archivedFiles(good.archive, module), archivedFiles(bad.archive, module)]
    return { ...differenceOf(left, right), first: good.place, second: bad.place }
  } catch (error) {
    if (error instanceof ZipError) return undefined
    throw error
  }
}

/**
 * Removes the files of this version alone, so that a fix costs nothing else. The go command unpacks modules without the right to
 * write, which keeps rm from its work.
 */
function removal({ module, modCache }: TestimonySources, testimonies: readonly Testimony[], verdict: Verdict): string {
  const directory = testimonies.find(({ witness }) => witness === 'directory')?.place
  const file = (kind: string) =>
    join(modCache, 'cache', 'download', escapePath(module.path), '@v', `${escapeVersion(module.version)}.${kind}`)
  const files = verdict.class === 'edited-directory' ? [] : ['zip', 'ziphash', 'mod', 'info'].map(file)
  const all = [...files, ...(directory === undefined ? [] : [directory])].map(shellWord).join(' ')
  return directory === undefined ? `rm -f ${all}` : `chmod -R u+w ${shellWord(directory)} && rm -rf ${all}`
}

function forPrograms(report: MismatchReport): object {
  const { path, version, testimonies, verdict, difference } = report
  return {
    module: path,
    version,
    class: verdict.class,
    of: verdict.of,
    ...(verdict.believed === undefined ? {} : { believed: verdict.believed }),
    suspects: verdict.suspects.map(({ place }) => place),
    testimonies: testimonies.map(({ witness, place, zip, goMod }) => ({ witness, place, zip, goMod })),
    ...(difference && { difference }),
    ...filledWords(report),
  }
}

// Repositories as text, each with what an audit finds in it: test/audit/*.txtar.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { parse } from '@modgate/gomod/txtar'
import { audit } from '../packages/modgate/src/inspect/audit/audit.ts'
import { auditEvidence, type AuditFinding } from '../packages/modgate/src/inspect/audit/evidence.ts'
import { readRepository } from '../packages/modgate/src/inspect/evidence/repository.ts'
import { givenFiles } from '../packages/modgate/src/inspect/evidence/repository-files.ts'

/** One line of `findings`: `MG0901 problem Dockerfile:3 title`. */
function shown({ id, severity, evidence, title }: AuditFinding): string {
  const [first] = evidence
  return `${id} ${severity} ${
    first
      ? `${first.place}:${evidence
          .filter(({ place }) => place === first.place)
          .map(({ line }) => line)
          .join(',')} `
      : ''
  }${title}`
}

for (const path of globSync(join(import.meta.dirname, 'audit/*.txtar')).sort()) {
  const { comment, files } = parse(readFileSync(path, 'utf8'))
  test(`${basename(path, '.txtar')}: ${comment.trim()}`, async () => {
    const texts = Object.fromEntries(
      files.filter(({ name }) => name !== 'findings').map(({ name, data }) => [name, data]),
    )
    const repository = await readRepository('.', givenFiles(texts))
    const found = audit(auditEvidence(repository)).map(shown)
    const expected = files.find(({ name }) => name === 'findings')!.data
    assert.equal(found.map((line) => `${line}\n`).join(''), expected)
  })
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isPage } from './page-answer.ts'

describe('a page is told from what proxies answer', () => {
  const rows: readonly (readonly [text: string, page: boolean])[] = [
    ['<!doctype html><title>Sign in</title>', true],
    ['\n  <html>', true],
    ['\ufeff<!-- front page -->', true],
    ['<?xml version="1.0"?><html/>', true],
    ['module a.example/x\n', false],
    ['// <b> is no page\nmodule a.example/x\n', false],
    ['{"Version":"v1.0.0"}', false],
    ['v1.0.0\nv1.1.0\n', false],
    ['', false],
    ['<', false],
  ]
  for (const [text, page] of rows) test(JSON.stringify(text), () => assert.equal(isPage(Buffer.from(text)), page))
})

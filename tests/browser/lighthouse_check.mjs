#!/usr/bin/env node
// Lighthouse on the feed and the search page: accessibility, best practices, search engines. Run by ./check --deep.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import lighthouse from 'lighthouse'
import { startMock } from './mock-server.mjs'

const WANTED = { accessibility: 0.95, 'best-practices': 0.9, seo: 0.9 }
const PORT = Number(process.env.LIGHTHOUSE_PORT ?? 18299)
const profile = mkdtempSync(join(tmpdir(), 'dramalet-lighthouse-'))
const server = process.env.BASE_URL ? { url: process.env.BASE_URL, close() {} } : await startMock()
const chromium = spawn('/usr/bin/chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`,
  `--remote-debugging-port=${PORT}`, 'about:blank'], { stdio: 'ignore' })
let passed = 0, failed = 0
try {
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await fetch(`http://127.0.0.1:${PORT}/json/version`).then((r) => r.ok, () => false)
    if (isUp) break
    await new Promise((done) => setTimeout(done, 200))
  }
  for (const path of ['/', '/search', '/me']) {
    const { lhr } = await lighthouse(server.url + path, { port: PORT, logLevel: 'error', onlyCategories: Object.keys(WANTED), maxWaitForLoad: 20_000 })
    for (const [name, least] of Object.entries(WANTED)) {
      const { score } = lhr.categories[name]
      const isGood = score !== null && score >= least
      isGood ? passed++ : failed++
      const why = Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 0.9 && lhr.categories[name].auditRefs.some((r) => r.id === a.id)).map((a) => a.id)
      console.log(`${isGood ? 'ok    ' : 'FAILED'} ${path} ${name} ${score} ${why.join(' ')}`)
    }
  }
} finally {
  chromium.kill()
  await server.close()
  setTimeout(() => rmSync(profile, { recursive: true, force: true }), 300)
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed ? 1 : 0

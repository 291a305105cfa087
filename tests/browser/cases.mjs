// The smallest test runner that fits: cases one after the other, each with a page of its own, a last line with counts.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launch } from './browser.mjs'
import { startMock } from './mock-server.mjs'

const shots = fileURLToPath(new URL('shots', import.meta.url))
const cases = []

/** options go to the page (size, locale, javaScriptEnabled…); `quiet: false` allows messages on the console. */
export const test = (name, options, run) => cases.push({ name, options, run })

export function ok(value, message) {
  if (!value) throw new Error(message)
}
export const equal = (got, wanted, message) => ok(got === wanted, `${message}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`)

export async function runAll() {
  mkdirSync(shots, { recursive: true })
  const only = process.argv.slice(2)
  let passed = 0, failed = 0, skipped = 0
  const chromium = await launch()
  const isMock = !process.env.BASE_URL
  for (const { name, options, run } of cases) {
    if (only.length && !only.some((part) => name.includes(part))) continue
    if (options.mockOnly && !isMock) { skipped++; continue }
    const server = isMock ? await startMock() : { url: process.env.BASE_URL, log: [], close() {} }
    const opened = await chromium.page(options)
    const origin = new URL(server.url).origin
    try {
      await run({ ...opened, server, url: server.url })
      const foreign = opened.seen.requests.filter((r) => !/^(data|blob):/.test(r.url) && new URL(r.url).origin !== origin)
      equal(foreign.length, 0, `requests to others (${foreign[0]?.url})`)
      if (options.quiet !== false) equal(opened.seen.errors.length, 0, `messages on the console (${opened.seen.errors[0]})`)
      passed++
      console.log(`ok      ${name}`)
    } catch (error) {
      failed++
      console.log(`FAILED  ${name}: ${error.message}`)
      await opened.page.screenshot({ path: `${shots}/failed-${name.replace(/\W+/g, '-')}.png` }).catch(() => {})
    } finally {
      await opened.close()
      await server.close()
    }
  }
  await chromium.close()
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exitCode = failed ? 1 : 0
}

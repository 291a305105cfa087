#!/usr/bin/env node
// Swipe to first frame (finger-up to requestVideoFrameCallback) and cold start, over 12 Mbit/s with a round trip of
// 50 ms, at one device pixel per pixel (there is no GPU to compose with); the peer is a plain page with hls.js, default settings, same files, same link, in turn with ours.
import { emit, median, percentile, say } from './emit.mjs'
import { startLink } from './shape.mjs'
import { launch, PHONE, probe, startServer } from './setup.mjs'
import { swipeUp } from '../../tests/browser/browser.mjs'

const ROUNDS = Number(process.env.BENCH_REPEATS ?? 3)
const SWIPES = 10
const DWELL_MS = 1500

async function visit(chromium, server, path, swipes) {
  const link = await startLink({ target: server })
  const { page, close } = await chromium.page({ deviceScaleFactor: 1 })
  await page.addInitScript(probe)
  try {
    await page.goto(link.url + path)
    await page.waitForFunction(() => window.__probe.firstFrame !== null, null, { timeout: 20_000 })
    const cold = await page.evaluate(() => window.__probe.firstFrame)
    const before = link.requests.filter((r) => r.path.includes('.mp4'))
    await page.waitForTimeout(DWELL_MS)
    for (let i = 0; i < swipes; i++) {
      await swipeUp(page, PHONE)
      await page.waitForTimeout(DWELL_MS)
    }
    const measured = await page.evaluate(() => window.__probe.swipes)
    return { cold, swipes: measured, requests: before.map((r) => `${r.path.split('/').pop()} ${r.range}`) }
  } finally {
    await close()
    link.close()
  }
}

const server = process.env.BASE_URL ? { url: process.env.BASE_URL, close() {} } : await startServer()
const ours = { cold: [], first: [], gap: [] }, peer = { cold: [], first: [], gap: [] }
let failed = 0
try {
  for (let round = 0; round < ROUNDS; round++)
    for (const [into, path] of [[ours, '/'], [peer, '/peer.html']]) {
      const chromium = await launch()
      const result = await visit(chromium, server.url, path, SWIPES)
      await chromium.close()
      into.cold.push(result.cold)
      for (const s of result.swipes) {
        // A swipe whose frame never came counts with the whole time it had.
        failed += into === ours && s.first === null ? 1 : 0
        into.first.push(s.first ?? DWELL_MS)
        into.gap.push(s.second === null || s.first === null ? DWELL_MS : s.second - s.first)
      }
      say(`${path}: cold ${result.cold.toFixed(0)} ms; swipes ${result.swipes.map((s) => `${s.first?.toFixed(0)}/${s.ready}`).join(' ')}; ${result.requests.join(', ')}`)
    }
} finally {
  await server.close()
}
const name = 'plain hls.js page'
emit('swipe to first frame, median', median(ours.first), 'ms', { target: '<= 100', peer: name, peerValue: median(peer.first) })
emit('swipe to first frame, 95th', percentile(ours.first, 0.95), 'ms', { target: '<= 300', peer: name, peerValue: percentile(peer.first, 0.95) })
emit('second frame after the first, 95th', percentile(ours.gap, 0.95), 'ms', { target: '<= 100', peer: name, peerValue: percentile(peer.gap, 0.95) })
emit('cold start to first frame, median', median(ours.cold), 'ms', { target: '<= 900', peer: name, peerValue: median(peer.cold) })
emit('swipes without a frame', failed, 'swipes', { target: '<= 0' })

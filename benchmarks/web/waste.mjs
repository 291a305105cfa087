#!/usr/bin/env node
// The committed trace of 60 swipes, in real time over the shaped link: bytes of media fetched and never shown, and
// stalls. The peer buffers as hls.js does and preloads the first segment of the next three; it runs after ours, not
// beside it, since two browsers decoding on two cores stall each other. Bytes are counted in the proxy, what was
// shown in the page.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emit, say } from './emit.mjs'
import { segmentTable } from './segments.mjs'
import { startLink } from './shape.mjs'
import { launch, PHONE, probe, startServer } from './setup.mjs'
import { swipeUp } from '../../tests/browser/browser.mjs'

const STEP_S = 0.05
const here = dirname(fileURLToPath(import.meta.url))
const trace = JSON.parse(readFileSync(join(here, 'trace60.json'), 'utf8'))
const dwells = trace.dwells_s.slice(0, Number(process.env.BENCH_SWIPES ?? 60))

/** The whole feed's media prefixes by episode. */
async function allItems(url) {
  const items = []
  for (let cursor = '', n = 0; cursor !== null && n < 20; n++) {
    const page = await (await fetch(`${url}/v1/feed?limit=10${cursor ? `&cursor=${cursor}` : ''}`)).json()
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

async function visit(server, path) {
  const link = await startLink({ target: server })
  const chromium = await launch()
  try {
    const { page } = await chromium.page({ deviceScaleFactor: 1 })
    await page.addInitScript(probe)
    await page.goto(link.url + path)
    await page.waitForFunction(() => window.__probe.firstFrame !== null, null, { timeout: 20_000 })
    for (const dwell of dwells) {
      await page.waitForTimeout(dwell * 1000)
      await swipeUp(page, PHONE)
    }
    const { shown, stalls } = await page.evaluate(() => window.__probe)
    return { shown, stalls, requests: link.requests.filter((r) => /\.mp4$/.test(r.path)) }
  } finally {
    await chromium.close()
    link.close()
  }
}

/** Bytes of the request's answer that showed something: whole segments in proportion to their time on screen. */
function shownBytes(request, segments, moments, credited) {
  const [from, to] = request.range.split('-').map(Number)
  let shown = 0
  for (const s of segments) {
    if (s.start < from || s.end > to + 1 || !moments) continue
    let steps = 0
    const last = Math.floor((s.time + s.duration) / STEP_S)
    for (let k = Math.floor(s.time / STEP_S); k < last; k++) {
      const key = `${request.path.includes('/audio') ? 'a' : 'v'}${k}`
      if (!moments[k] || credited.has(key)) continue
      credited.add(key)
      steps++
    }
    shown += (s.end - s.start) * Math.min(1, steps / (s.duration / STEP_S))
  }
  return Math.min(shown, request.bytes)
}

function account({ shown, stalls, requests }, items, table) {
  const episodes = new Map(items.map((i) => [i.base.split('/')[5], i]))
  let fetched = 0, seen = 0
  const credited = new Map()
  // The later of two answers for the same seconds is the one that was on screen.
  for (const request of [...requests].reverse()) {
    const item = episodes.get(decodeURIComponent(request.path.split('/')[5]))
    fetched += request.bytes
    if (!item || !request.range) continue
    const mine = credited.get(item.episode) ?? new Set()
    credited.set(item.episode, mine)
    seen += shownBytes(request, table.get(item.base + request.path.split('/').pop()) ?? [], shown[item.episode], mine)
  }
  for (const s of stalls) say(`  still for ${Math.round(s.ms)} ms ${s.isStart ? 'at the start' : 'while playing'}, episode ${s.episode}`)
  const rebuffers = stalls.filter((s) => !s.isStart), slowStarts = stalls.filter((s) => s.isStart && s.ms > 500)
  return { fetched, seen, waste: 1 - seen / fetched, stalls: rebuffers.length + slowStarts.length, rebuffers: rebuffers.length, slowStarts: slowStarts.length }
}

const server = process.env.BASE_URL ? { url: process.env.BASE_URL, close() {} } : await startServer()
try {
  const items = await allItems(server.url)
  const table = await segmentTable(server.url, items.map((i) => i.base))
  const ours = account(await visit(server.url, '/'), items, table)
  const peer = account(await visit(server.url, '/peer.html?preload=3'), items, table)
  say(`ours ${JSON.stringify(ours)}\npeer ${JSON.stringify(peer)}`)
  const name = 'hls.js, preloads the next three'
  emit('bytes fetched and never shown', ours.waste * 100, '%', { target: '<= 25', peer: name, peerValue: peer.waste * 100 })
  emit('stalls over 60 swipes', ours.stalls, 'stalls', { peer: name, peerValue: peer.stalls, ok: ours.stalls <= peer.stalls, target: `<= ${peer.stalls}` })
  emit('bytes fetched over 60 swipes', ours.fetched / 1e6, 'MB', { peer: name, peerValue: peer.fetched / 1e6 })
} finally {
  await server.close()
}

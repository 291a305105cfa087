// Starts Debian's chromium as a phone (or a desk) and keeps account of what a page asks for and says.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=document-user-activation-required']

export const PHONE = { width: 390, height: 844 }
export const SMALL = { width: 360, height: 640 }
export const DESK = { width: 1440, height: 900 }

/** Waiting ends early when what is waited for comes; a busy machine may take its time. */
const PATIENCE_MS = 60_000

export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), 'dramalet-chromium-'))
  const context0 = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  return {
    browser: context0,
    async page({ size = PHONE, locale = 'en-US', ...options } = {}) {
      const isPhone = size.width < 700
      const context = await context0.newContext({ viewport: size, hasTouch: isPhone, isMobile: isPhone, deviceScaleFactor: isPhone ? 2 : 1, locale, ...options })
      context.setDefaultTimeout(PATIENCE_MS)
      const page = await context.newPage()
      const seen = { requests: [], errors: [] }
      page.on('request', (r) => seen.requests.push({ url: r.url(), range: r.headers().range, at: Date.now() }))
      page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') seen.errors.push(m.text()) })
      page.on('pageerror', (e) => seen.errors.push(String(e)))
      return { page, context, seen, close: () => context.close() }
    },
    async close() {
      await context0.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** A finger: `from` and `to` in px, as a real touch sequence through the browser's input pipeline. */
export async function swipe(page, from, to, { steps = 6, stepMs = 14 } = {}) {
  const cdp = await page.context().newCDPSession(page)
  const touch = (type, x, y) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
  await touch('touchStart', from.x, from.y)
  for (let i = 1; i <= steps; i++) {
    await touch('touchMove', from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps)
    await page.waitForTimeout(stepMs)
  }
  await touch('touchEnd')
  await cdp.detach()
}

export const swipeUp = (page, size = PHONE, options) =>
  swipe(page, { x: size.width / 2, y: size.height * 0.62 }, { x: size.width / 2, y: size.height * 0.3 }, options)
export const swipeDown = (page, size = PHONE, options) =>
  swipe(page, { x: size.width / 2, y: size.height * 0.3 }, { x: size.width / 2, y: size.height * 0.62 }, options)

/** The video of the card on screen, as far as a test needs it. */
export const current = (page) => page.evaluate(() => {
  const card = document.querySelector('.card.current'), video = card?.querySelector('video')
  return { episode: card?.dataset.episode, time: video?.currentTime ?? -1, paused: video?.paused, muted: video?.muted, rate: video?.playbackRate,
    ready: video?.readyState, hasFrame: !!video?.classList.contains('has-frame'), ended: video?.ended }
})

export const playing = (page, timeout = 40_000) => page.waitForFunction(() => {
  const v = document.querySelector('.card.current video')
  return v && v.classList.contains('has-frame') && !v.paused && v.currentTime > 0
}, null, { timeout })

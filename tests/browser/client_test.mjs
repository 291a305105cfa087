#!/usr/bin/env node
// What a viewer sees and does, in Debian's chromium, phone-sized. Against the mock server, or BASE_URL.
//   node client_test.mjs [part of a name...]
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { current, DESK, PHONE, playing, swipe, swipeDown, swipeUp } from './browser.mjs'
import { equal, ok, runAll, test } from './cases.mjs'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const middle = { x: PHONE.width / 2, y: PHONE.height * 0.4 }
const episodeChanged = (page, from) => page.waitForFunction((e) => document.querySelector('.card.current')?.dataset.episode !== e, from, { timeout: 30_000 })
const rail = (page, label) => page.locator(`.card.current .rail-button[aria-label="${label}"]`)
const seek = (page, s) => page.evaluate((to) => { document.querySelector('.card.current video').currentTime = to }, s)
const duration = (page) => page.evaluate(() => document.querySelector('.card.current video').duration)
const benches = new WeakMap()
const sheetGone = (page) => page.waitForSelector('.sheet', { state: 'detached' })

/** Share of dark pixels in the picture on screen, without the words over it. */
async function darkShare(page) {
  const png = await page.screenshot({ clip: { x: 40, y: 80, width: 240, height: 240 } })
  // Decoded in a page of its own: the measured one's policy forbids data: requests, and it has work to do.
  const bench = (benches.get(page.context()) ?? benches.set(page.context(), await page.context().newPage()).get(page.context()))
  return bench.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob()).catch(() => null)
    if (!bitmap) return -1
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), context = canvas.getContext('2d')
    context.drawImage(bitmap, 0, 0)
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
    let dark = 0
    for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] < 45) dark++
    return dark / (data.length / 4)
  }, png.toString('base64'))
}

async function axe(page, what) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }))
  const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  equal(serious.length, 0, `axe on ${what}: ${serious.map((v) => `${v.id} (${v.nodes[0].target})`).join('; ')}`)
}

/** Opens the feed and swipes to the first episode that another one follows. */
async function openWithNext(page, url) {
  await page.goto(url)
  await playing(page)
  const { items } = await (await page.request.get(`${url}/v1/feed?limit=10`)).json()
  const at = items.findIndex((item) => item.next)
  ok(at >= 0, 'an episode with a next one in the feed')
  for (let i = 0; i < at; i++) {
    const { episode } = await current(page)
    await swipeUp(page)
    await episodeChanged(page, episode)
    await playing(page)
  }
}

test('first frame with one request for picture and one for sound', {}, async ({ page, seen, url }) => {
  await page.addInitScript(() => {
    const look = setInterval(() => {
      const video = document.querySelector('video')
      if (!video) return
      clearInterval(look)
      video.requestVideoFrameCallback(() => { window.__firstFrameAt = Date.now() })
    }, 1)
  })
  await page.goto(url)
  await playing(page)
  const at = await page.evaluate(() => window.__firstFrameAt)
  const before = seen.requests.filter((r) => r.at <= at && r.url.includes('/m/') && !/poster|captions/.test(r.url))
  const names = before.map((r) => r.url.split('/').pop())
  equal(names.filter((n) => n.startsWith('v')).length, 1, `requests for picture (${names})`)
  ok(names.filter((n) => n.startsWith('audio')).length <= 1, `requests for sound (${names})`)
  ok(!names.some((n) => n.endsWith('.m3u8')), `no playlist is asked for (${names})`)
})

test('starts muted, and one tap gives sound for good', {}, async ({ page, url }) => {
  await page.goto(url)
  await playing(page)
  equal((await current(page)).muted, true, 'muted before a gesture')
  await page.locator('.sound-chip').click()
  await page.waitForTimeout(200)
  equal((await current(page)).muted, false, 'muted after the tap')
  await rail(page, 'Sound on').click()
  await page.reload()
  await playing(page)
  equal((await current(page)).muted, true, 'sound state remembered')
  equal(await page.locator('.sound-chip').count(), 0, 'chips for somebody who chose silence')
})

test('swipes by finger: follows, snaps, goes back; the neighbour is ready', {}, async ({ page, url }) => {
  await page.goto(url)
  await playing(page)
  const first = (await current(page)).episode
  await page.waitForFunction(() => [...document.querySelectorAll('.card video')].filter((v) => v.classList.contains('has-frame')).length >= 2, null, { timeout: 20_000 })
  await swipe(page, middle, { x: middle.x, y: middle.y - 60 }, { steps: 12, stepMs: 30 })
  await page.waitForTimeout(400)
  equal((await current(page)).episode, first, 'a short slow drag stays')
  await swipeUp(page)
  await episodeChanged(page, first)
  await playing(page)
  const second = (await current(page)).episode
  await swipeDown(page)
  await episodeChanged(page, second)
  equal((await current(page)).episode, first, 'back on the first')
  await playing(page)
})

test('never a black frame over ten fast swipes', {}, async ({ page, url }) => {
  await page.goto(url)
  await playing(page)
  for (let i = 0; i < 10; i++) {
    await swipeUp(page, PHONE, { steps: 4, stepMs: 8 })
    for (const wait of [0, 60, 150]) {
      await page.waitForTimeout(wait)
      const share = await darkShare(page)
      ok(share >= 0 && share < 0.75, `swipe ${i}: ${Math.round(share * 100)} % of the picture is black after ${wait} ms`)
    }
  }
})

test('wheel and keys swipe', { size: DESK }, async ({ page, url }) => {
  await page.goto(url)
  await playing(page)
  let { episode } = await current(page)
  await page.mouse.move(500, 400)
  await page.mouse.wheel(0, 120)
  await episodeChanged(page, episode)
  await page.waitForTimeout(700)
  for (const key of ['ArrowDown', 'j', 'ArrowUp', 'k']) {
    ({ episode } = await current(page))
    await page.keyboard.press(key)
    await episodeChanged(page, episode)
    await page.waitForTimeout(350)
  }
  await playing(page)
  await page.keyboard.press(' ')
  await page.waitForFunction(() => document.querySelector('.card.current video').paused)
  await page.keyboard.press('e')
  await page.waitForSelector('.sheet .episode-row')
  await page.keyboard.press('Escape')
  await sheetGone(page)
})

test('gestures: tap pauses, double tap likes, long press speeds up', {}, async ({ page, url, server }) => {
  await page.goto(url)
  await playing(page)
  await page.touchscreen.tap(middle.x, middle.y)
  await page.waitForFunction(() => document.querySelector('.card.current video').paused)
  await page.touchscreen.tap(middle.x, middle.y)
  await playing(page)
  await page.touchscreen.tap(middle.x, middle.y)
  await page.touchscreen.tap(middle.x, middle.y)
  await page.waitForSelector('.heart')
  await page.waitForFunction(() => document.querySelector('.card.current .rail-button').getAttribute('aria-pressed') === 'true')
  const { episode } = await current(page)
  const item = await (await page.request.get(`${url}/v1/episodes/${episode}/play`)).json()
  equal(item.liked, true, 'the server knows the like')
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [middle] })
  await page.waitForTimeout(550)
  equal((await current(page)).rate, 2, 'speed while held')
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await page.waitForTimeout(100)
  equal((await current(page)).rate, 1, 'speed after')
  ok(server, 'server')
})

test('scrubs with the storyboard', {}, async ({ page, url }) => {
  await page.goto(url)
  await playing(page)
  const box = await page.locator('.card.current .progress-hit').boundingBox()
  const y = box.y + box.height - 6
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: box.x + 20, y }] })
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: box.x + box.width / 2, y }] })
  await page.waitForSelector('.story-tile')
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  const half = (await duration(page)) / 2
  await page.waitForFunction((t) => Math.abs(document.querySelector('.card.current video').currentTime - t) < 2, half)
  await playing(page)
})

test('the series plays on by itself', {}, async ({ page, url }) => {
  await openWithNext(page, url)
  const { episode } = await current(page)
  await seek(page, (await duration(page)) - 4)
  await page.waitForSelector('.next-up')
  await episodeChanged(page, episode)
  await playing(page)
})

test('the series can be told to stay', {}, async ({ page, url }) => {
  await openWithNext(page, url)
  const { episode } = await current(page)
  await seek(page, (await duration(page)) - 4)
  await page.waitForSelector('.next-up')
  await page.locator('.next-up .text-button').first().click()
  await page.waitForSelector('.next-up', { state: 'detached' })
  await page.waitForSelector('.end-card', { timeout: 20_000 })
  equal((await current(page)).episode, episode, 'stays when refused')
  await page.locator('.end-card .primary').click()
  await episodeChanged(page, episode)
  await playing(page)
})

test('episode drawer, address, resume', {}, async ({ page, url }) => {
  await openWithNext(page, url)
  await rail(page, 'Episodes').click()
  await page.locator('.sheet .episode-row').nth(1).click()
  await page.waitForURL(/\/e\//)
  await sheetGone(page)
  await playing(page)
  const { episode } = await current(page)
  ok(page.url().endsWith(episode), 'address names the episode')
  await page.waitForTimeout(600)
  await seek(page, (await duration(page)) * 0.33)
  await page.waitForTimeout(600)
  await page.touchscreen.tap(middle.x, middle.y)
  await page.waitForResponse((reply) => reply.url().endsWith('/v1/progress'))
  await page.goto(`${url}/me`)
  await page.locator(`.watching-row a[href$="${episode}"]`).click()
  await page.waitForURL(/\/e\//)
  await page.waitForSelector('.toast')
  ok((await page.locator('.toast').innerText()).startsWith('Resumed'), 'says where it resumed')
  await playing(page)
  ok((await current(page)).time > 2.5, `resumed at ${(await current(page)).time}`)
  await swipeDown(page)
  await episodeChanged(page, episode)
})

test('the feed keeps its place behind pages and series', {}, async ({ page, url }) => {
  await openWithNext(page, url)
  const first = (await current(page)).episode
  await swipeUp(page)
  await episodeChanged(page, first)
  await playing(page)
  const second = (await current(page)).episode
  await page.locator('.nav a').nth(1).click()
  await page.waitForSelector('.found-grid li')
  equal((await current(page)).paused, true, 'paused behind a page')
  await page.goBack()
  await playing(page)
  equal((await current(page)).episode, second, 'the same episode after a page')
  await rail(page, 'Episodes').click()
  await page.locator('.sheet .episode-row').nth(1).click()
  await page.waitForURL(/\/e\//)
  await playing(page)
  await page.goBack()
  await page.waitForFunction((e) => document.querySelector('.card.current')?.dataset.episode === e, second, { timeout: 20_000 })
    .catch(async () => ok(false, `back at ${second}, not at ${JSON.stringify(await current(page))}, ${page.url()}`))
  await playing(page)
})

test('captions: drawn, in a language of choice, fetched only when wanted', {}, async ({ page, seen, url }) => {
  await page.addInitScript(() => localStorage.setItem('dl.settings', JSON.stringify({ captions: 'off' })))
  await page.goto(url)
  await playing(page)
  await page.waitForTimeout(500)
  equal(seen.requests.filter((r) => r.url.includes('.vtt')).length, 0, 'caption files asked for')
  await rail(page, 'More').click()
  await page.getByRole('radio', { name: 'Always' }).first().click()
  const languages = page.getByRole('radiogroup', { name: 'Caption language' }).getByRole('radio')
  ok((await languages.count()) >= 1, 'languages to choose')
  await page.keyboard.press('Escape')
  await seek(page, 1.6)
  await page.waitForSelector('.captions')
})

test('search finds, says what it did not find, and has genres', {}, async ({ page, url }) => {
  await page.goto(`${url}/search`)
  await page.waitForSelector('.found-grid li')
  const title = await page.locator('.found-title').first().innerText()
  await page.getByRole('searchbox').fill(title.split(' ')[0])
  await page.waitForSelector('.count:not(:empty)')
  ok((await page.locator('.found-title').allInnerTexts()).includes(title), `finds ${title}`)
  await page.getByRole('searchbox').fill('qqqxqq')
  await page.waitForSelector('.notice')
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.locator('.chip-row .pill').nth(1).click()
  await page.waitForURL(/genre=/)
  await page.waitForSelector('.found-grid li, .notice')
})

test('series page: people, episodes, save, start', {}, async ({ page, url }) => {
  await page.goto(`${url}/search`)
  await page.locator('.found-grid a').first().click()
  await page.waitForURL(/\/s\//)
  await page.waitForSelector('.episode-row')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.waitForSelector('.toast')
  await page.locator('.series-words .primary').click()
  await page.waitForURL(/\/e\//)
  await playing(page)
  await page.goBack()
  await page.waitForSelector('.series-page')
  await page.goto(`${url}/me`)
  await page.getByRole('tab', { name: 'Saved' }).click()
  await page.waitForSelector('.watching-row a')
})

test('share: a link, and a page that unfurls and reads without script', { javaScriptEnabled: true, permissions: ['clipboard-read', 'clipboard-write'] }, async ({ page, url, context }) => {
  await page.goto(url)
  await playing(page)
  await rail(page, 'Share').click()
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.waitForSelector('.toast')
  const link = await page.evaluate(() => navigator.clipboard.readText())
  ok(/\/e\/[0-9A-Za-z]{13}$/.test(link), `link ${link}`)
  const plain = await context.browser().newContext({ javaScriptEnabled: false, viewport: PHONE })
  const still = await plain.newPage()
  await still.goto(link)
  ok(await still.locator('#static h1').isVisible(), 'title without script')
  ok(await still.locator('#static img').evaluate((i) => i.complete && i.naturalWidth > 0), 'poster without script')
  equal(await still.locator('meta[property="og:image"]').count(), 1, 'Open Graph pictures')
  await plain.close()
})

test('data saver asks for the smallest rendition only', {}, async ({ page, seen, url }) => {
  await page.addInitScript(() => localStorage.setItem('dl.settings', JSON.stringify({ dataSaver: true })))
  await page.goto(`${url}/search`)
  await page.goto(url)
  await playing(page)
  await page.waitForTimeout(2500)
  const first = (await current(page)).episode
  await swipeUp(page)
  await episodeChanged(page, first)
  await playing(page)
  const big = seen.requests.filter((r) => /v(720|1080)\.mp4/.test(r.url))
  equal(big.length, 0, 'requests for large renditions')
})

test('states in words: offline feed, missing series', { quiet: false }, async ({ page, url, context }) => {
  await page.goto(`${url}/s/0000000000000`)
  await page.goto(`${url}/search`)
  await page.waitForSelector('.found-grid')
  await context.setOffline(true)
  await page.getByRole('searchbox').fill('the')
  await page.waitForSelector('.notice')
  ok((await page.locator('.notice').innerText()).includes('offline'), 'says that it is offline')
  await page.waitForSelector('.offline-bar')
  await context.setOffline(false)
  await page.waitForSelector('.found-grid, .count')
})

for (const [lang, locale, word] of [['en', 'en-US', 'Episode'], ['zh', 'zh-CN', '集'], ['es', 'es-ES', 'Episodio']])
  test(`speaks ${lang}`, { locale }, async ({ page, url }) => {
    await page.goto(url)
    await playing(page)
    ok((await page.locator('.card.current .meta-number').innerText()).includes(word), `"${word}" on the card`)
    equal(await page.evaluate(() => document.documentElement.lang), lang, 'lang')
  })

test('axe finds nothing serious', {}, async ({ page, url }) => {
  await page.goto(url)
  await playing(page)
  await page.evaluate(() => document.querySelector('.card.current video').pause())
  await axe(page, 'feed')
  await rail(page, 'More').click()
  await page.waitForTimeout(400)
  await axe(page, 'sheet')
  for (const path of ['/search', '/me']) {
    await page.goto(url + path)
    await page.waitForSelector('.found-grid, .preferences')
    await axe(page, path)
  }
  await page.goto(`${url}/search`)
  await page.locator('.found-grid a').first().click()
  await page.waitForSelector('.episode-row')
  await axe(page, 'series')
})

test('installable: manifest, icons, service worker', {}, async ({ page, url }) => {
  await page.goto(`${url}/search`)
  const manifest = await (await page.request.get(`${url}/manifest.webmanifest`)).json()
  for (const icon of manifest.icons) equal((await page.request.get(url + icon.src)).status(), 200, icon.src)
  await page.evaluate(() => navigator.serviceWorker.ready)
})

await runAll()

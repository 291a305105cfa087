#!/usr/bin/env node
// Screenshots of every view in three sizes and languages, to be looked at: node shots.mjs [OUT] [only...]
import { mkdirSync } from 'node:fs'
import { DESK, launch, PHONE, playing, SMALL } from './browser.mjs'
import { startMock } from './mock-server.mjs'

const [out = new URL('shots', import.meta.url).pathname, ...only] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const server = process.env.BASE_URL ? { url: process.env.BASE_URL, close() {} } : await startMock()
const series = (await (await fetch(`${server.url}/v1/browse?sort=popular`)).json()).items
const first = (await (await fetch(`${server.url}/v1/feed?limit=3`)).json()).items
const button = (page, name) => page.locator('.card.current .rail-button', { has: page.locator(`[d^="${name}"]`) })

const views = {
  feed: ['/', (page) => playing(page)],
  series: [`/s/${series[0].series}`, (page) => page.waitForSelector('.episode-row')],
  search: ['/search', (page) => page.waitForSelector('.found-grid')],
  found: ['/search?q=mesa', (page) => page.waitForSelector('.found-grid, .notice')],
  nothing: ['/search?q=zzzz', (page) => page.waitForSelector('.notice')],
  me: ['/me', (page) => page.waitForSelector('.preferences')],
  episode: [`/e/${first[1].episode}`, (page) => playing(page)],
  drawer: ['/', async (page) => { await playing(page); await button(page, 'M4 6.5').click(); await page.waitForSelector('.sheet .episode-row') }],
  share: ['/', async (page) => { await playing(page); await button(page, 'M13.5 5.2').click(); await page.waitForSelector('.share-card') }],
  more: ['/', async (page) => { await playing(page); await button(page, 'M5 12h').click(); await page.waitForSelector('.sheet .choice') }],
}
const sizes = { phone: PHONE, small: SMALL, desk: DESK }
const locales = { en: 'en-US', zh: 'zh-CN', es: 'es-ES' }
const chromium = await launch()
try {
  for (const [sizeName, size] of Object.entries(sizes))
    for (const [lang, locale] of Object.entries(locales)) {
      const { page, close } = await chromium.page({ size, locale, deviceScaleFactor: 1 })
      for (const [name, [path, ready]] of Object.entries(views)) {
        const file = `${name}-${sizeName}-${lang}`
        if (only.length && !only.some((o) => file.startsWith(o))) continue
        try {
          await page.goto(server.url + path)
          await ready(page)
          await page.waitForTimeout(500)
        } catch (error) { console.error(file, String(error).split('\n')[0]) }
        await page.screenshot({ path: `${out}/${file}.png` })
      }
      await close()
    }
} finally {
  await chromium.close()
  await server.close()
}

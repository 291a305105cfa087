// A stand-in for `dramalet serve`, for work on the client: serves web/dist with its template filled, the JSON
// API from a small catalogue in memory, and media folders from disk by byte range.
//   node mock-server.mjs [--port N] [--media DIR] [--web DIR]
import { createServer } from 'node:http'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { captionsFile, makeCatalogue } from './catalogue.mjs'
import { makeMedia } from './make-media.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png',
  '.webmanifest': 'application/manifest+json', '.mp4': 'video/mp4', '.m3u8': 'application/vnd.apple.mpegurl', '.jpg': 'image/jpeg', '.vtt': 'text/vtt' }
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c])
const EXPIRY = Math.floor(Date.now() / 3.6e6) + 12

export async function startMock({ port = 0, media = process.env.MEDIA_DIR ?? '/tmp/dramalet-web-media', web = join(here, '../../web/dist'), copies = 1, extra = {} } = {}) {
  if (!existsSync(media)) makeMedia(media)
  const { series, folders } = makeCatalogue(media, copies)
  const state = { likes: new Map(), saved: new Set(), progress: new Map() }
  const all = series.flatMap((s) => s.list.map((e) => ({ s, e })))
  const find = (episode) => all.find((x) => x.e.id === episode)
  // Every episode has its own address, as different films have, even where the files are the same.
  const base = (e) => `/m/${EXPIRY}/0/c2lnbmF0dXJl/${e.folder.blob}~${e.id}/`
  const log = [], compressed = new Map()

  function item({ s, e }, wanted) {
    const f = e.folder
    const start = f.renditions[wanted] ? wanted : f.renditions.v540 ? 'v540' : Object.keys(f.renditions)[0]
    const seen = state.progress.get(e.id)
    return {
      episode: e.id, series: s.id, season: 1, number: e.number, episodes: s.list.length, title: e.title, series_title: s.title, synopsis: s.synopsis,
      language: s.language, genres: s.genres, rating: s.rating ?? 'all', creator: s.creator, is_test_footage: !!s.is_test_footage,
      synthetic_voice: !!s.synthetic_voice, ai_use: s.ai_use ?? '', duration_us: f.duration, width: 1080, height: 1920, fit: 'fill',
      poster: 'poster.jpg', preview: f.preview, captions: Object.keys({ en: 1, zh: 1, es: 1 }).map((lang) => ({ lang, file: `captions.${lang}.vtt` })),
      storyboard: f.storyboard, variants: Object.values(f.renditions).map((r) => r.variant), audio_codecs: f.audio ? 'mp4a.40.2' : null, complete: true,
      start, video_playlist: f.renditions[start].playlist, audio_playlist: f.audio, video_init: f.renditions[start].init, audio_init: f.audioInit,
      base: base(e), likes: (state.likes.get(e.id) ? 1 : 0) + (e.number * 137) % 4000, liked: !!state.likes.get(e.id), saved: state.saved.has(s.id),
      position_us: seen?.position_us ?? 0, watched: seen?.done ?? false, next: s.list[e.number]?.id ?? null, locked: false,
    }
  }
  const poster = (e) => base(e) + 'poster.jpg'
  const watching = ({ s, e }) => ({ series: s.id, series_title: s.title, episode: e.id, number: e.number, episodes: s.list.length,
    position_us: state.progress.get(e.id)?.position_us ?? 0, duration_us: e.folder.duration, poster: poster(e), preview: e.folder.preview, updated_at: new Date().toISOString() })
  const found = (s, matched, episode) => ({ series: s.id, title: s.title, synopsis: s.synopsis, cover: null, poster: poster(s.list[0]), preview: s.list[0].folder.preview,
    episodes_count: s.list.length, matched, episode: episode ?? null, genres: s.genres })

  function feed(query) {
    const from = Number(query.get('cursor') ?? 0), limit = Number(query.get('limit') ?? 10)
    // The first episodes of all series first, then on through the series.
    const order = [...all].sort((a, b) => a.e.number - b.e.number)
    const items = order.slice(from, from + limit).map((x) => item(x, query.get('r')))
    return { items, next: from + limit < order.length ? String(from + limit) : null }
  }
  function master(f) {
    const rows = Object.values(f.renditions).map(({ variant: v }) => `#EXT-X-STREAM-INF:BANDWIDTH=${v.bandwidth},CODECS="${v.codecs},mp4a.40.2",RESOLUTION=${v.width}x${v.height},FRAME-RATE=${v.frame_rate},AUDIO="a"\n${v.name}.m3u8`)
    return `#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,URI="audio.m3u8"\n${rows.join('\n')}\n`
  }
  function seriesPage(s) {
    const last = [...state.progress.keys()].map(find).filter((x) => x?.s === s).pop()
    return {
      series: { id: s.id, title: s.title, synopsis: s.synopsis, language: s.language, genres: s.genres, hashtags: ['night', 'slowburn'], rating: s.rating ?? 'all',
        content_notes: s.rating ? ['violence'] : [], cast: [{ name: 'Mara', role: 'The tenant' }, { name: 'Iven', role: 'The neighbour' }], credits: [{ name: s.creator || 'intel-iot-devkit', role: 'Director' }],
        creator: s.creator, cover: null, episodes_count: s.list.length, duration_us: s.list.reduce((n, e) => n + e.folder.duration, 0), ai_use: s.ai_use ?? '',
        synthetic_voice: !!s.synthetic_voice, is_test_footage: !!s.is_test_footage, filing_number: '', published_at: new Date().toISOString() },
      seasons: [{ number: 1, title: '', episodes: s.list.map((e) => ({ id: e.id, number: e.number, title: e.title, synopsis: '', duration_us: e.folder.duration, state: 'published',
        poster: poster(e), preview: e.folder.preview, position_us: state.progress.get(e.id)?.position_us ?? 0, watched: state.progress.get(e.id)?.done ?? false, locked: false, publish_at: null })) }],
      resume: last ? { episode: last.e.id, position_us: state.progress.get(last.e.id).position_us, days_away: 3,
        previously: s.list.slice(Math.max(0, last.e.number - 3), last.e.number).map((e) => ({ episode: e.id, number: e.number, title: e.title, synopsis: s.synopsis.slice(0, 80), poster: poster(e) })) } : null,
      saved: state.saved.has(s.id),
    }
  }
  function search(q) {
    const words = q.toLowerCase()
    const items = series.flatMap((s) => {
      if ((s.title + s.synopsis).toLowerCase().includes(words)) return [found(s, 'title')]
      const e = s.list.find((x) => x.title.toLowerCase().includes(words))
      if (e) return [found(s, 'episode', e.id)]
      return s.creator.toLowerCase().includes(words) ? [found(s, 'creator')] : []
    })
    return { items, next: null }
  }

  const routes = [
    ['GET', /^\/v1\/feed$/, (m, q) => feed(q)],
    ['GET', /^\/v1\/series\/(\w+)$/, (m) => { const s = series.find((x) => x.id === m[1]); return s && seriesPage(s) }],
    ['GET', /^\/v1\/series\/(\w+)\/play$/, (m, q) => {
      const s = series.find((x) => x.id === m[1]), at = Math.max(0, s.list.findIndex((e) => e.id === q.get('from'))), limit = Number(q.get('limit') ?? 5)
      return { items: s.list.slice(at, at + limit).map((e) => item({ s, e }, q.get('r'))), next: s.list[at + limit]?.id ?? null }
    }],
    ['GET', /^\/v1\/episodes\/(\w+)\/play$/, (m, q) => { const x = find(m[1]); return x && item(x, q.get('r')) }],
    ['GET', /^\/v1\/search$/, (m, q) => search(q.get('q') ?? '')],
    ['GET', /^\/v1\/browse$/, (m, q) => ({ items: series.filter((s) => !q.get('genre') || s.genres.includes(q.get('genre'))).map((s) => found(s)), next: null })],
    ['GET', /^\/v1\/genres$/, () => ({ items: [...new Set(series.flatMap((s) => s.genres))].map((name) => ({ name, count: series.filter((s) => s.genres.includes(name)).length })) })],
    ['GET', /^\/v1\/continue$/, () => ({ items: [...state.progress].filter(([, p]) => !p.done).map(([e]) => watching(find(e))).reverse() })],
    ['GET', /^\/v1\/likes$/, () => ({ items: [...state.likes].filter(([, on]) => on).map(([e]) => watching(find(e))) })],
    ['GET', /^\/v1\/saved$/, () => ({ items: series.filter((s) => state.saved.has(s.id)).map((s) => watching({ s, e: s.list[0] })) })],
    ['GET', /^\/v1\/me$/, () => ({ viewer: id13(), is_anonymous: true, role: 'viewer' })],
    ['POST', /^\/v1\/episodes\/(\w+)\/like$/, (m, q, body) => { state.likes.set(m[1], body.on); return { likes: item(find(m[1])).likes, liked: body.on } }],
    ['POST', /^\/v1\/series\/(\w+)\/save$/, (m, q, body) => { state.saved[body.on ? 'add' : 'delete'](m[1]); return { saved: body.on } }],
    ['POST', /^\/v1\/progress$/, (m, q, body) => { state.progress.delete(body.episode); state.progress.set(body.episode, body); return 204 }],
  ]
  const id13 = () => '00000000000v1'

  function page(url, lang) {
    const [, first, id] = url.pathname.split('/')
    const q = url.searchParams
    let boot = { page: 'feed', lang }, head = '<title>Dramalet</title><meta name="description" content="Stories told in minutes.">', body = ''
    if (first === 's') {
      const s = series.find((x) => x.id === id)
      if (!s) return null
      boot = { page: 'series', lang, series: seriesPage(s) }
      head = `<title>${escape(s.title)}</title><meta name="description" content="${escape(s.synopsis)}">`
      body = `<img src="${poster(s.list[0])}" alt=""><div><h1>${escape(s.title)}</h1><p>${escape(s.synopsis)}</p></div>`
    } else if (first === 'search' || first === 'me') {
      boot.page = first
    } else if (first && first !== 'e') {
      return null
    } else {
      const shown = first === 'e' ? find(id) : null
      if (first === 'e' && !shown) return null
      boot.page = shown ? 'episode' : 'feed'
      boot.feed = shown ? { items: [item(shown, q.get('r'))], next: shown.s.list[shown.e.number]?.id ?? null } : feed(new URLSearchParams('limit=10'))
      const i = boot.feed.items[0]
      if (i) {
        head = `<title>${escape(i.series_title)} · ${i.number}</title><meta name="description" content="${escape(i.synopsis)}"><meta property="og:title" content="${escape(i.series_title)}"><meta property="og:type" content="video.episode"><meta property="og:image" content="${i.base}poster.jpg">`
        body = `<img src="${i.base}${i.poster}" alt=""><div><h1>${escape(i.series_title)}</h1><p>${escape(i.title)}</p><p>${escape(i.synopsis)}</p></div>`
      }
    }
    const template = readFileSync(join(web, 'index.html'), 'utf8')
    const json = JSON.stringify(boot).replace(/</g, '\\u003c')
    return template.replace('<html lang="en"', `<html lang="${lang}"`).replace('<!--head-->', () => head).replace('<!--body-->', () => body)
      .replace('<!--boot-->', () => `<script type="application/json" id="boot">${json}</script>`)
  }

  function sendFile(req, res, file, headers) {
    const { size } = statSync(file)
    const m = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '')
    const from = m ? Number(m[1]) : 0, to = m && m[2] ? Math.min(size - 1, Number(m[2])) : size - 1
    res.writeHead(m ? 206 : 200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Length': to - from + 1, 'Accept-Ranges': 'bytes',
      ...(m ? { 'Content-Range': `bytes ${from}-${to}/${size}` } : {}), ...headers })
    createReadStream(file, { start: from, end: to }).on('error', () => res.destroy()).pipe(res)
  }
  function sendText(req, res, status, type, text, headers = {}) {
    const packed = /br/.test(req.headers['accept-encoding'] ?? '') && text.length > 1024
    const isFixed = text.length > 100_000
    const data = !packed ? Buffer.from(text) : (isFixed && compressed.get(text)) || brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: isFixed ? 9 : 4 } })
    if (packed && isFixed) compressed.set(text, data)
    res.writeHead(status, { 'Content-Type': type, 'Content-Length': data.length, ...(packed ? { 'Content-Encoding': 'br' } : {}), ...headers })
    res.end(data)
  }

  const csp = JSON.parse(readFileSync(join(web, 'csp.json'), 'utf8')).policy
  async function handle(req, res) {
    const url = new URL(req.url, 'http://x')
    log.push({ method: req.method, path: url.pathname, range: req.headers.range })
    if (url.pathname.startsWith('/m/')) {
      const [, , , , , blob, name] = url.pathname.split('/')
      if (name === 'master.m3u8') return sendText(req, res, 200, TYPES['.m3u8'], master(folders.get(blob.split('~')[0])))
      const lang = /^captions\.(\w+)\.vtt$/.exec(name)?.[1]
      if (lang) return sendText(req, res, 200, 'text/vtt', captionsFile(lang))
      const file = join(folders.get(blob.split('~')[0])?.folder ?? '/nowhere', name)
      return existsSync(file) ? sendFile(req, res, file, { 'Cache-Control': 'public, max-age=31536000, immutable' }) : sendText(req, res, 404, 'text/plain', 'no')
    }
    for (const [method, pattern, handler] of routes) {
      const m = pattern.exec(url.pathname)
      if (!m || method !== req.method) continue
      let raw = ''
      for await (const part of req) raw += part
      const answer = handler(m, url.searchParams, raw ? JSON.parse(raw) : {})
      if (answer === 204) return res.writeHead(204).end()
      return sendText(req, res, answer ? 200 : 404, answer ? 'application/json' : 'application/problem+json', JSON.stringify(answer ?? { title: 'Not found', status: 404 }))
    }
    if (extra[url.pathname]) return sendFile(req, res, extra[url.pathname], {})
    const file = join(web, url.pathname)
    if (url.pathname !== '/' && url.pathname !== '/index.html' && existsSync(file) && statSync(file).isFile()) {
      const text = ['.js', '.css', '.svg', '.webmanifest'].includes(extname(file))
      const headers = { 'Cache-Control': url.pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' }
      return text ? sendText(req, res, 200, TYPES[extname(file)], readFileSync(file, 'utf8'), headers) : sendFile(req, res, file, headers)
    }
    const lang = (req.headers['accept-language'] ?? 'en').slice(0, 2)
    const html = page(url, lang)
    return sendText(req, res, html ? 200 : 404, TYPES['.html'], html ?? '<!doctype html><title>Not found</title>', { 'Content-Security-Policy': csp })
  }
  const server = createServer((req, res) => void handle(req, res).catch((error) => { console.error(error); res.destroy() }))
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}`, log, state, series, close: () => new Promise((done) => { server.close(done); server.closeAllConnections() }) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const option = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback)
  const mock = await startMock({ port: Number(option('--port', 18200)), media: option('--media', undefined), web: option('--web', undefined) })
  console.log(mock.url)
}

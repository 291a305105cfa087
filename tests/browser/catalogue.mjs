// The mock server's catalogue: a few series over the media folders it finds, in the shapes of the real API.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rgbaToThumbHash } from 'thumbhash'

const SERIES = [
  { title: 'The Lantern Hour', language: 'en', genres: ['suspense', 'romance'], episodes: 12, creator: 'Ink & Light', synthetic_voice: true,
    synopsis: 'Every night at eleven a lantern is lit in the window of a house that burnt down years ago. Mara rents the room across the street.',
    titles: ['Across the street', 'The window', 'Eleven o’clock', 'A name on the door', 'What burnt', 'Borrowed light'] },
  { title: '雨夜归人', language: 'zh', genres: ['romance', 'family'], episodes: 8, creator: '墨与光',
    synopsis: '十年前的一场雨,把两个人分开;十年后的同一条街,雨又下了起来。她推开门,看见那把旧伞。', titles: ['旧伞', '同一条街', '雨停之前', '来信'] },
  { title: 'La última mesa', language: 'es', genres: ['comedy'], episodes: 6, creator: 'Tinta y Luz', rating: '12',
    synopsis: 'Un restaurante con una sola mesa, una cocinera que no perdona y un crítico que no sabe que lo es.', titles: ['Reserva', 'El crítico', 'Sin sal'] },
  { title: 'Test reel: bottles and cars', language: 'en', genres: ['documentary'], episodes: 4, creator: '', is_test_footage: true,
    synopsis: 'Filmed clips for testing, CC BY 4.0, intel-iot-devkit/sample-videos.', titles: ['A hand and bottles', 'Cars on a road'] },
  { title: 'Paper Crown', language: 'en', genres: ['revenge', 'suspense'], episodes: 10, creator: 'Ink & Light', rating: '16', ai_use: 'pictures',
    synopsis: 'She lost the company in one signature. She has ten days, one ally and a very good memory.', titles: ['One signature', 'Day two', 'The ally'] },
]
const CAPTIONS = {
  en: ['You said nobody lived there.', 'Nobody does.\nNot any more.', 'Then who lit the lantern?'],
  zh: ['你说那里没有人住。', '是没有人了。', '那灯是谁点的?'],
  es: ['Dijiste que no vivía nadie.', 'Nadie vive ahí.\nYa no.', '¿Quién encendió el farol?'],
}
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

export function id(kind, n) {
  let value = BigInt(kind) * 1_000_000_007n + BigInt(n) * 7_919n + 1n, text = ''
  for (let i = 0; i < 13; i++, value /= 32n) text = ALPHABET[Number(value % 32n)] + text
  return text
}

function codecOf(init) {
  const at = init.indexOf('avcC')
  return `avc1.${init.subarray(at + 5, at + 8).toString('hex')}`
}

const durationUs = (playlist) => Math.round([...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, m) => sum + Number(m[1]), 0) * 1e6)

function readInit(folder, playlist) {
  const [, uri, length, offset] = /#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@(\d+)"/.exec(playlist)
  return readFileSync(join(folder, uri)).subarray(Number(offset), Number(offset) + Number(length))
}

function thumbHash(folder) {
  const w = 56, h = 100
  const rgba = execFileSync('ffmpeg', ['-v', 'error', '-i', join(folder, 'poster.jpg'), '-vf', `scale=${w}:${h}`, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'])
  return Buffer.from(rgbaToThumbHash(w, h, rgba)).toString('base64')
}

function readFolder(root, name) {
  const folder = existsSync(join(root, name, 'full')) ? join(root, name, 'full') : join(root, name)
  const names = readdirSync(folder).filter((f) => /^v\d+\.m3u8$/.test(f)).map((f) => f.slice(0, -5)).sort((a, b) => a.slice(1) - b.slice(1))
  const renditions = Object.fromEntries(names.map((v) => {
    const playlist = readFileSync(join(folder, `${v}.m3u8`), 'utf8')
    const init = readInit(folder, playlist)
    const sizes = [...playlist.matchAll(/BYTERANGE:(\d+)@/g)].map((m) => Number(m[1]))
    const width = Number(v.slice(1))
    return [v, { playlist, init: init.toString('base64'), variant: { name: v, bandwidth: Math.max(...sizes) * 4 + 100_000, codecs: codecOf(init),
      width, height: Math.round(width * 16 / 9), frame_rate: '30.000' } }]
  }))
  const audio = existsSync(join(folder, 'audio.m3u8')) ? readFileSync(join(folder, 'audio.m3u8'), 'utf8') : null
  const duration = durationUs(Object.values(renditions)[0].playlist)
  const tiles = Math.ceil(duration / 2e6)
  return { folder, blob: name, renditions, audio, audioInit: audio && readInit(folder, audio).toString('base64'), duration, preview: thumbHash(folder),
    storyboard: existsSync(join(folder, 'storyboard.jpg')) ? { file: 'storyboard.jpg', vtt: 'storyboard.vtt', columns: 5, rows: Math.ceil(tiles / 5), tile_width: 90, tile_height: 160, interval_us: 2_000_000 } : null }
}

export function captionsFile(lang) {
  const stamp = (s) => `00:00:${String(s).padStart(2, '0')}.000`
  return 'WEBVTT\n\n' + Array.from({ length: 10 }, (_, i) => `${stamp(i * 3 + 1)} --> ${stamp(i * 3 + 3)}\n${CAPTIONS[lang][i % 3]}\n`).join('\n')
}

/** `copies`: so many times the series, each with ids (and so media addresses) of its own. */
export function makeCatalogue(mediaRoot, copies = 1) {
  const folders = readdirSync(mediaRoot, { withFileTypes: true }).filter((d) => d.isDirectory() && d.name[0] !== '.').map((d) => readFolder(mediaRoot, d.name))
  const testFolders = folders.filter((f) => /^t[45]$/.test(f.blob))
  const dramaFolders = folders.filter((f) => !testFolders.includes(f))
  const series = Array.from({ length: copies }, () => SERIES).flat().map((s, n) => ({
    ...s, id: id(1, n),
    list: Array.from({ length: s.episodes }, (_, i) => {
      const pool = s.is_test_footage && testFolders.length ? testFolders : dramaFolders
      return { id: id(2, n * 100 + i), number: i + 1, title: s.titles[i % s.titles.length], folder: pool[(i + n) % pool.length] }
    }),
  }))
  return { series, folders: new Map(folders.map((f) => [f.blob, f])) }
}

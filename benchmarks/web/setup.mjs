// What the web benchmarks share: media made by dramalet-media from the test footage, the mock server's catalogue over
// them (every episode with an address of its own), chromium, the probe. BASE_URL measures a server that runs already.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch, PHONE } from '../../tests/browser/browser.mjs'
import { startMock } from '../../tests/browser/mock-server.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const media = process.env.BENCH_MEDIA ?? join(root, 'benchmarks/out/web-media')
const build = process.env.DRAMALET_BUILD ?? join(root, 'build')
export const probe = readFileSync(join(here, 'probe.js'), 'utf8')
export { launch, PHONE }

const SECONDS = 62
const CLIPS = ['bottles-all', 'road-all']

/** A minute of test footage through the real ingest, once. */
function makeFolder(name) {
  const final = join(media, name), work = join(media, `.${name}`)
  if (existsSync(final)) return
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const source = join(work, 'source.mp4')
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-stream_loop', '-1', '-i', join(root, `tests/media/demo/${name}.mp4`), '-t', String(SECONDS),
    '-vf', 'crop=ih*9/16:ih,scale=720:1280', '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '16', '-c:a', 'aac', source])
  execFileSync(join(build, 'dramalet-media'), ['transcode', '--input', source, '--output', join(work, 'out'), '--ladder', '360,540,720',
    '--allow-weaker-sandbox'], { stdio: ['ignore', 'ignore', 'inherit'] })
  rmSync(source)
  renameSync(join(work, 'out'), final)
  rmSync(work, { recursive: true, force: true })
}

export async function startServer() {
  mkdirSync(media, { recursive: true })
  if (!process.env.BENCH_MEDIA) CLIPS.forEach(makeFolder)
  const extra = { '/peer.html': join(here, 'peer.html'), '/peer/hls.js': join(here, '../../web/node_modules/hls.js/dist/hls.min.js') }
  const server = await startMock({ media, copies: 4, extra })
  // The real server has its compressed variants ready; so has this one, after a first request.
  const [script] = /\/assets\/app-\w+\.js/.exec(await (await fetch(server.url)).text())
  await fetch(server.url + script, { headers: { 'Accept-Encoding': 'br' } })
  return server
}

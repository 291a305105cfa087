// Builds the client into a folder: `node build.mjs [--out DIR] [--depfile FILE] [--watch-names]`.
//
// Output: index.html (the template whose markers the server fills), assets/NAME-HASH.{js,css}, sw.js,
// manifest.webmanifest, icons, and csp.json (hashes of what is inlined in index.html).
// hls.js is built from its own TypeScript source, so that the parts we never use (DRM, subtitles,
// interstitials, content steering, CMCD) leave the bundle; its types come from its package.
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const option = (name) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? null : process.argv[at + 1]
}
const out = resolve(option('--out') ?? join(here, 'dist'))
const depfile = option('--depfile')
const hlsFlags = ['SUBTITLES', 'EME_DRM', 'CMCD', 'CONTENT_STEERING', 'VARIABLE_SUBSTITUTION',
  'INTERSTITIALS', 'M2TS_ADVANCED_CODECS', 'MEDIA_CAPABILITIES']
const hlsVersion = JSON.parse(readFileSync(join(here, 'node_modules/hls.js/package.json'), 'utf8')).version

// Parts of hls.js for what our files never are (MPEG-TS, bare AAC and MP3, ID3) or what we do
// ourselves (loading), replaced by the least that their importers touch.
const stubs = {
  'demux/tsdemuxer': 'export default class { static probe() { return false } }',
  'audio/aacdemuxer': 'export default class { static probe() { return false } }',
  'audio/mp3demuxer': 'export default class { static probe() { return false } }',
  'audio/ac3-demuxer': 'export class AC3Demuxer { static probe() { return false } }',
  'controller/id3-track-controller': 'export default class { destroy() {} }',
  'utils/xhr-loader': 'export default class {}',
  'utils/fetch-loader': 'export default class {}; export const fetchSupported = () => false',
}
const stubPlugin = {
  name: 'hls-stubs',
  setup(builder) {
    builder.onLoad({ filter: /hls\.js\/src\/.*\.ts$/ }, ({ path }) => {
      const name = Object.keys(stubs).find((part) => path.endsWith(`/${part}.ts`))
      return name ? { contents: stubs[name], loader: 'ts' } : null
    })
  },
}

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  write: false,
  target: ['es2020', 'safari14'],
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [stubPlugin],
  // hls.js is written for fields that are assigned, not defined.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  jsx: 'automatic',
  jsxImportSource: 'preact',
  alias: { 'hls.js': join(here, 'node_modules/hls.js/src/hls.ts') },
  define: {
    ...Object.fromEntries(hlsFlags.map((flag) => [`__USE_${flag}__`, 'false'])),
    __USE_ALT_AUDIO__: 'true',
    __VERSION__: JSON.stringify(hlsVersion),
    __HLS_WORKER_BUNDLE__: 'undefined',
    __IN_WORKER__: 'false',
  },
}

const digest = (bytes) => createHash('sha256').update(bytes).digest()
const cspHash = (text) => `'sha256-${digest(text).toString('base64')}'`
const inputs = new Set()

async function bundle(entry, format) {
  const result = await build({ ...shared, entryPoints: [entry], outdir: 'out', format })
  for (const input of Object.keys(result.metafile.inputs)) inputs.add(join(here, input))
  const text = (end) => result.outputFiles.find((f) => f.path.endsWith(end))?.text ?? ''
  return { js: text('.js'), css: text('.css') }
}

function emitHashed(name, ext, text) {
  const file = `assets/${name}-${digest(text).toString('hex').slice(0, 10)}.${ext}`
  writeFileSync(join(out, file), text)
  return `/${file}`
}

// A text in a script element must not end it.
const inlineSafe = (js) => js.replace(/<\/script/gi, '<\\/script').trim()

rmSync(out, { recursive: true, force: true })
mkdirSync(join(out, 'assets'), { recursive: true })
const [main, early, worker] = await Promise.all([
  bundle('src/main.tsx', 'esm'), bundle('src/early.ts', 'iife'), bundle('src/sw.ts', 'iife')])

const mainUrl = emitHashed('app', 'js', main.js)
const style = main.css.trim()
const script = inlineSafe(early.js)
const template = readFileSync(join(here, 'src/index.html'), 'utf8')
inputs.add(join(here, 'src/index.html'))
const html = template
  .replace('/*style*/', () => style)
  .replace('/*early*/', () => script)
  .replaceAll('{{main}}', mainUrl)
writeFileSync(join(out, 'index.html'), html)
const policy = ["default-src 'none'", `script-src 'self' ${cspHash(script)}`, `style-src 'self' ${cspHash(style)}`,
  "img-src 'self' data:", "media-src 'self' blob:", "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'",
  "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'"].join('; ')
writeFileSync(join(out, 'csp.json'), JSON.stringify({ policy }))
writeFileSync(join(out, 'sw.js'), worker.js.replaceAll('__SHELL__', JSON.stringify([mainUrl])))
cpSync(join(here, 'static'), out, { recursive: true })
for (const name of readdirSync(join(here, 'static'))) inputs.add(join(here, 'static', name))

if (depfile) {
  const deps = [...inputs].map((file) => file.replace(/ /g, '\\ ')).join(' \\\n  ')
  writeFileSync(depfile, `${option('--target') ?? relative(process.cwd(), out)}: \\\n  ${deps}\n`)
}
const kb = (text) => `${(text.length / 1024).toFixed(1)} kB`
console.log(`app ${kb(main.js)}, style ${kb(style)}, early ${kb(script)} -> ${out}`)

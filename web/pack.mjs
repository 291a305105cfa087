// Packs a built client into one blob and a C table: `node pack.mjs DIST BLOB INDEX`.
//
// Every file is there as it is, and as gzip and Brotli where that saves at least a tenth. index.html is a
// template which the server fills, so it goes in plain only. The table is sorted by path for the
// binary search in assets.c. csp.json becomes the policy text and is not served.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json',
}

function walk(root, prefix = '') {
  return readdirSync(join(root, prefix)).flatMap((name) => {
    const path = `${prefix}/${name}`
    return statSync(join(root, path)).isDirectory() ? walk(root, path) : [path]
  })
}

export function pack(dist, blobFile, indexFile) {
  const parts = []
  let offset = 0
  const put = (bytes) => {
    const at = { offset, size: bytes.length }
    parts.push(bytes)
    offset += bytes.length
    return at
  }
  const none = { offset: 0, size: 0 }
  const worth = (packed, plain) => (packed.length <= plain.length * 0.9 ? put(packed) : none)

  const rows = walk(dist).filter((path) => path !== '/csp.json').sort((a, b) => (a < b ? -1 : 1)).map((path) => {
    const plain = readFileSync(join(dist, path))
    const type = TYPES[extname(path)]
    if (!type) throw new Error(`${path}: no content type is known for this ending; add it to TYPES in pack.mjs`)
    const isTemplate = path === '/index.html'
    const data = put(plain)
    const gzip = isTemplate ? none : worth(gzipSync(plain, { level: 9 }), plain)
    const br = isTemplate ? none : worth(brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }), plain)
    const etag = createHash('sha256').update(plain).digest('hex').slice(0, 16)
    return { path, type, etag, data, gzip, br, isImmutable: path.startsWith('/assets/') }
  })
  const { policy } = JSON.parse(readFileSync(join(dist, 'csp.json'), 'utf8'))
  const blob = Buffer.concat(parts)
  const text = (s) => JSON.stringify(s)
  const span = ({ offset: from, size }) => `${from}, ${size}`
  const lines = [
    '/* Made by web/pack.mjs; do not edit. */',
    `/* blob ${createHash('sha256').update(blob).digest('hex')} */`,
    `#define ASSETS_POLICY ${text(policy)}`,
    `#define ASSETS_COUNT ${rows.length}`,
    'static const struct asset_row asset_rows[] = {',
    ...rows.map((r) => `    { ${text(r.path)}, ${text(r.type)}, ${text(`\\"${r.etag}\\"`).replace(/\\\\\\"/g, '\\"')}, ${span(r.data)}, ${span(r.gzip)}, ${span(r.br)}, ${r.isImmutable} },`),
    '};', '',
  ]
  writeFileSync(blobFile, blob)
  writeFileSync(indexFile, lines.join('\n'))
}

const [dist, blobFile, indexFile] = process.argv.slice(2)
if (!indexFile) {
  console.error('usage: node pack.mjs DIST BLOB INDEX')
  process.exit(2)
}
pack(dist, blobFile, indexFile)

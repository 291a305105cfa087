// What Meson runs: builds the client into a folder and packs it. Needs node_modules, but no network.
//   node embed.mjs DIST BLOB INDEX DEPFILE
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const [dist, blob, index, depfile] = process.argv.slice(2)
if (!existsSync(join(here, 'node_modules'))) {
  console.error('web/node_modules is missing. Run tools/setup, or `npm ci` in web/, then build again.')
  process.exit(1)
}
const run = (...args) => {
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}
run(join(here, 'build.mjs'), '--out', dist, '--depfile', depfile, '--target', blob)
run(join(here, 'pack.mjs'), dist, blob, index)

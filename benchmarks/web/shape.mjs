// A shaping TCP proxy: a link of so many bits per second and so much round trip in front of a server.
//
// Downstream, all connections share the rate, served in turn in pieces of one packet's size; what waits for a
// connection that was closed is dropped, as a router would. Setting a connection up costs one round
// trip. Bytes are counted per request, so that what was cut off is counted as far as it came.
import { connect, createServer } from 'node:net'

const PIECE = 1448 * 2
const QUEUE_LIMIT = 96 * 1024

export async function startLink({ target, bitsPerS = 12e6, rttMs = 50, port = 0 }) {
  const { hostname, port: targetPort } = new URL(target)
  const bytesPerMs = bitsPerS / 8e3
  const lines = new Set()
  /** One entry a request: {method, path, range, bytes, at}. */
  const requests = []
  let credit = 0, last = performance.now(), turn = 0

  function pump() {
    const now = performance.now()
    credit = Math.min(credit + (now - last) * bytesPerMs, bytesPerMs * 4)
    last = now
    let waiting = [...lines].filter((l) => l.queued > 0)
    while (credit > 0 && waiting.length) {
      const line = waiting[turn++ % waiting.length]
      const piece = line.take()
      credit -= piece.length
      const entry = line.request
      if (entry) entry.bytes += piece.length
      setTimeout(() => line.client.writable && line.client.write(piece), rttMs / 2)
      waiting = waiting.filter((l) => l.queued > 0)
    }
    if (!waiting.length) credit = Math.min(credit, 0)
  }
  const timer = setInterval(pump, 1)

  function note(line, data) {
    const head = data.toString('latin1', 0, 4096)
    const m = /^(GET|HEAD|POST) (\S+) HTTP/.exec(head)
    if (!m) return
    line.request = { method: m[1], path: m[2], range: /^range: bytes=(\S+)/im.exec(head)?.[1] ?? null, bytes: 0, at: performance.now() }
    requests.push(line.request)
  }

  const server = createServer((client) => {
    const openAt = performance.now() + rttMs
    const upstream = connect(Number(targetPort), hostname)
    const pieces = []
    const line = { client, queued: 0, request: null, take() {
      let piece = pieces[0]
      if (piece.length > PIECE) { pieces[0] = piece.subarray(PIECE); piece = piece.subarray(0, PIECE) } else pieces.shift()
      line.queued -= piece.length
      if (line.queued < QUEUE_LIMIT / 2) upstream.resume()
      if (!pieces.length && upstream.readableEnded) setTimeout(() => client.end(), rttMs)
      return piece
    } }
    lines.add(line)
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    client.on('data', (data) => {
      const wait = Math.max(0, openAt - performance.now()) + rttMs / 2
      setTimeout(() => { note(line, data); if (upstream.writable) upstream.write(data) }, wait)
    })
    upstream.on('data', (data) => {
      pieces.push(data)
      line.queued += data.length
      if (line.queued > QUEUE_LIMIT) upstream.pause()
    })
    const gone = () => { lines.delete(line); line.queued = 0; upstream.destroy(); client.destroy() }
    upstream.on('end', () => { if (!line.queued) setTimeout(() => client.end(), rttMs) })
    for (const socket of [client, upstream]) { socket.on('error', gone); socket.on('close', gone) }
  })
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${server.address().port}`, requests,
    close() { clearInterval(timer); server.close(); for (const line of lines) line.client.destroy() },
  }
}

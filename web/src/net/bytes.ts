// The only place that asks for media bytes. Whoever wants a range gets it from memory, joins a
// request that is under way, or starts one; so a prefetched segment is never asked for twice.
import { rangeKey } from '../media/playlist'
import { sampleTransfer } from './bandwidth'

const MEMORY_LIMIT = 24 * 1024 * 1024

export class HttpError extends Error {
  constructor(readonly status: number) { super(`HTTP ${status}`) }
}

export interface Transfer {
  promise: Promise<ArrayBuffer>
  /** Filled while it runs: milliseconds of performance.now(). */
  startedAt: number; firstByteAt: number; endedAt: number
  size: number; done: boolean; users: number; abort: AbortController | null
}

const transfers = new Map<string, Transfer>()
let held = 0

function adoptEarly(key: string, size: number): Transfer | null {
  const early = window.__early?.[key]
  if (!early) return null
  delete window.__early![key]
  const t: Transfer = { promise: early.bytes, startedAt: early.startedAt, firstByteAt: 0, endedAt: 0,
    size, done: false, users: 0, abort: null }
  return track(key, t)
}

function track(key: string, t: Transfer): Transfer {
  transfers.set(key, t)
  t.promise.then((data) => {
    t.done = true
    t.endedAt = performance.now()
    held += data.byteLength
    const first = t.firstByteAt || t.endedAt
    if (t.firstByteAt) sampleTransfer(data.byteLength, (first - t.startedAt) / 1e3, (t.endedAt - first) / 1e3)
    evict(key)
  }, () => transfers.delete(key))
  return t
}

function evict(keep: string): void {
  for (const [key, t] of transfers) {
    if (held <= MEMORY_LIMIT) return
    if (!t.done || key === keep) continue
    transfers.delete(key)
    held -= t.size
  }
}

async function download(t: Transfer, url: string, start: number, end: number, urgent: boolean) {
  const init: RequestInit & { priority?: string } = {
    headers: { Range: `bytes=${start}-${end - 1}` },
    signal: t.abort?.signal ?? null,
    priority: urgent ? 'high' : 'low',
  }
  const reply = await fetch(url, init)
  t.firstByteAt = performance.now()
  if (reply.status !== 206 && reply.status !== 200) throw new HttpError(reply.status)
  const data = await reply.arrayBuffer()
  return reply.status === 200 && data.byteLength > end - start ? data.slice(start, end) : data
}

/** The bytes [start, end) of `url`. The caller gives the transfer back with `release`. */
export function acquire(url: string, start: number, end: number, urgent: boolean): Transfer {
  const key = rangeKey(url, start, end)
  let t = transfers.get(key) ?? adoptEarly(key, end - start)
  if (t) {
    // Freshly used goes to the end of the eviction order.
    transfers.delete(key)
    transfers.set(key, t)
  } else {
    const abort = new AbortController()
    t = { promise: Promise.resolve(new ArrayBuffer(0)), startedAt: performance.now(), firstByteAt: 0,
      endedAt: 0, size: end - start, done: false, users: 0, abort }
    t.promise = download(t, url, start, end, urgent)
    track(key, t)
  }
  t.users++
  return t
}

/** A transfer nobody waits for any more is cut off: its remaining bytes would be waste. */
export function release(t: Transfer): void {
  t.users--
  if (t.users <= 0 && !t.done) t.abort?.abort()
}

/** True when the range is in memory or on its way. */
export const hasBytes = (url: string, start: number, end: number) => {
  const key = rangeKey(url, start, end)
  return transfers.has(key) || !!window.__early?.[key]
}

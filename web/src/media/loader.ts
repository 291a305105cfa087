// The loader that hls.js is given. The multivariant playlist, the two first media playlists and both
// init segments come from the feed item in memory; everything else through `net/bytes.ts`.
import type { Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from 'hls.js'
import { acquire, HttpError, release, type Transfer } from '../net/bytes'
import type { Item } from '../types'
import { parsePlaylist, rangeKey } from './playlist'
import { mediaUrl } from './start'

export const masterUrl = (item: Item) => mediaUrl(item, 'inline.m3u8')

function masterText(item: Item): string {
  const lines = ['#EXTM3U', '#EXT-X-INDEPENDENT-SEGMENTS']
  const audio = item.audio_playlist ? ',AUDIO="a"' : ''
  if (audio)
    lines.push('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,URI="audio.m3u8"')
  for (const v of item.variants) {
    const codecs = [v.codecs, item.audio_codecs].filter(Boolean).join(',')
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${v.bandwidth},CODECS="${codecs}",` +
      `RESOLUTION=${v.width}x${v.height},FRAME-RATE=${v.frame_rate}${audio}`, `${v.name}.m3u8`)
  }
  return lines.join('\n') + '\n'
}

function fromBase64(text: string): ArrayBuffer {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes.buffer
}

/** What an item brings along, by the address (and range) that hls.js will ask for. */
function inlined(item: Item): Map<string, string | (() => ArrayBuffer)> {
  const known = new Map<string, string | (() => ArrayBuffer)>()
  known.set(masterUrl(item), masterText(item))
  known.set(mediaUrl(item, `${item.start}.m3u8`), item.video_playlist)
  if (item.audio_playlist) known.set(mediaUrl(item, 'audio.m3u8'), item.audio_playlist)
  const inits = [[item.video_playlist, item.video_init], [item.audio_playlist, item.audio_init]] as const
  for (const [playlist, bytes] of inits) {
    const map = playlist ? parsePlaylist(playlist).init : null
    if (map && bytes) known.set(rangeKey(mediaUrl(item, map.uri), map.start, map.end), () => fromBase64(bytes))
  }
  return known
}

const newStats = (): LoaderStats => ({
  aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0,
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
})

/** A loader class for one item; hls.js makes one object of it per request. */
export function itemLoader(item: Item, isUrgent: () => boolean) {
  const known = inlined(item)

  return class ItemLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null
    stats = newStats()
    private transfer: Transfer | null = null
    private callbacks: LoaderCallbacks<LoaderContext> | null = null

    load(context: LoaderContext, _config: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>) {
      this.context = context
      this.callbacks = callbacks
      this.stats.loading.start = performance.now()
      const isRange = context.rangeEnd !== undefined && context.rangeEnd > 0
      const key = isRange ? rangeKey(context.url, context.rangeStart ?? 0, context.rangeEnd!) : context.url
      const inline = known.get(key)
      if (inline !== undefined)
        queueMicrotask(() => this.succeed(typeof inline === 'string' ? inline : inline(), null))
      else if (isRange) void this.loadRange(context)
      else void this.loadText(context)
    }

    private async loadRange(context: LoaderContext) {
      const t = (this.transfer = acquire(context.url, context.rangeStart ?? 0, context.rangeEnd!, isUrgent()))
      try {
        const data = await t.promise
        // hls.js may keep or rewrite what it is given; memory keeps its own copy for a swipe back.
        this.succeed(data.slice(0), t)
      } catch (error) {
        this.fail(error)
      }
    }

    private async loadText(context: LoaderContext) {
      try {
        const reply = await fetch(context.url)
        if (!reply.ok) throw new HttpError(reply.status)
        this.succeed(await reply.text(), null)
      } catch (error) {
        this.fail(error)
      }
    }

    private succeed(data: string | ArrayBuffer, t: Transfer | null) {
      const { context, callbacks, stats } = this
      if (!context || !callbacks) return
      const size = typeof data === 'string' ? data.length : data.byteLength
      const now = performance.now()
      stats.loaded = stats.total = size
      stats.loading.end = now
      // Bytes from memory must not look like an infinitely fast network to the rendition choice.
      stats.loading.start = t ? now - Math.max(1, t.endedAt - t.startedAt) : stats.loading.start
      stats.loading.first = t && t.firstByteAt ? stats.loading.start + (t.firstByteAt - t.startedAt) : now
      this.finish()
      callbacks.onSuccess({ url: context.url, data, code: 200 }, stats, context, null)
    }

    private fail(error: unknown) {
      const { context, callbacks, stats } = this
      if (!context || !callbacks) return
      const code = error instanceof HttpError ? error.status : 0
      this.finish()
      callbacks.onError({ code, text: String(error) }, context, null, stats)
    }

    private finish() {
      if (this.transfer) release(this.transfer)
      this.transfer = null
      this.callbacks = null
    }

    abort() {
      const { callbacks, context, stats } = this
      stats.aborted = true
      this.finish()
      if (callbacks && context) callbacks.onAbort?.(stats, context, null)
    }

    destroy() {
      this.finish()
      this.context = null
    }
  }
}

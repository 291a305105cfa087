// Reads the inlined HLS media playlists just far enough to know which byte range to ask for first.
// hls.js reads them again and is the authority; this file must agree with its choice of segment.

export interface ByteRange { uri: string; start: number; end: number }
export interface Segment extends ByteRange { time: number; duration: number }
export interface MediaPlaylist { init: ByteRange | null; segments: Segment[] }

/** hls.js takes the following segment when the wanted time is this close to a segment's end. */
const LOOKUP_TOLERANCE_S = 0.25

function range(text: string, from: number): [number, number] {
  const [length, offset] = text.split('@')
  const start = offset === undefined ? from : Number(offset)
  return [start, start + Number(length)]
}

export function parsePlaylist(text: string): MediaPlaylist {
  const segments: Segment[] = []
  let init: ByteRange | null = null
  let time = 0, duration = 0, bytes: [number, number] = [0, 0]
  for (const line of text.split('\n')) {
    if (line.startsWith('#EXTINF:')) duration = parseFloat(line.slice(8))
    else if (line.startsWith('#EXT-X-BYTERANGE:')) bytes = range(line.slice(17), bytes[1])
    else if (line.startsWith('#EXT-X-MAP:')) {
      const uri = /URI="([^"]*)"/.exec(line)?.[1] ?? ''
      const [start, end] = range(/BYTERANGE="([^"]*)"/.exec(line)?.[1] ?? '0@0', 0)
      init = { uri, start, end }
    } else if (line.trim() && line[0] !== '#') {
      segments.push({ uri: line.trim(), start: bytes[0], end: bytes[1], time, duration })
      time += duration
    }
  }
  return { init, segments }
}

/** The segment that hls.js will load first for a start at `time` seconds. */
export function segmentAt(playlist: MediaPlaylist, time: number): Segment | null {
  const found = playlist.segments.find((s) => s.time + s.duration - LOOKUP_TOLERANCE_S > time)
  return found ?? playlist.segments[0] ?? null
}

export const rangeKey = (url: string, start: number, end: number) => `${url}@${start}-${end}`

// Which bytes of which file show which seconds: read from the playlists that the server itself hands out.

/** Map from "folder/file" to [{start, end, time, duration}], end exclusive. */
export async function segmentTable(url, bases) {
  const table = new Map()
  await Promise.all(bases.flatMap((base) => ['v360', 'v540', 'v720', 'v1080', 'audio'].map(async (name) => {
    const reply = await fetch(`${url}${base}${name}.m3u8`)
    if (!reply.ok) return
    const segments = []
    let time = 0, duration = 0, end = 0
    for (const line of (await reply.text()).split('\n')) {
      const inf = /^#EXTINF:([\d.]+)/.exec(line), range = /^#EXT-X-BYTERANGE:(\d+)(?:@(\d+))?/.exec(line)
      if (inf) duration = Number(inf[1])
      if (!range) continue
      const start = range[2] === undefined ? end : Number(range[2])
      end = start + Number(range[1])
      segments.push({ start, end, time, duration })
      time += duration
    }
    table.set(`${base}${name}.mp4`, segments)
  })))
  return table
}

// Makes small media folders for the mock server with the ffmpeg command line: the same layout as the
// real ingest (one fMP4 per rendition, sound apart, first segment 1 s, then 2 s). Test footage only.
//   node make-media.mjs DIR
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const LADDER = [[360, 640, 450], [540, 960, 1000]]
// A few seconds are encoded and then repeated: a long film for little work.
const picture = (hue, more = '') => `testsrc2=s=540x960:r=30,hue=h=${hue}+20*t:s=0.7${more}`
const CLIPS = [
  { name: 'c1', source: picture(0), hz: 220, seconds: 5, times: 3 },
  { name: 'c2', source: picture(120), hz: 262, seconds: 5, times: 2 },
  { name: 'c3', source: picture(240), hz: 330, seconds: 5, times: 6 },
]

const ffmpeg = (cwd, args) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] })

function makeRendition(dir, [width, height, kbit], times) {
  const keys = 'expr:if(isnan(prev_forced_t),1,if(eq(n_forced,1),gte(t,1),gte(t,prev_forced_t+2)))'
  ffmpeg(dir, ['-i', '../source.mp4', '-an', '-vf', `scale=${width}:${height}`, '-c:v', 'libx264', '-preset', 'veryfast',
    '-profile:v', 'high', '-pix_fmt', 'yuv420p', '-crf', '24', '-maxrate', `${kbit}k`, '-bufsize', `${kbit}k`,
    '-force_key_frames', keys, '-sc_threshold', '0', '-g', '999', '-bf', '0', '../part.mp4'])
  ffmpeg(dir, ['-stream_loop', String(times - 1), '-i', '../part.mp4', '-c', 'copy', '-f', 'hls', '-hls_time', '1', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4',
    '-hls_flags', 'single_file+independent_segments', '-hls_segment_filename', `v${width}.mp4`, `v${width}.m3u8`])
}

function makeClip(root, { name, source, hz, seconds, times }) {
  const final = join(root, name)
  if (existsSync(final)) return
  const work = join(root, `.${name}`), full = join(work, 'full')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(full, { recursive: true })
  ffmpeg(work, ['-f', 'lavfi', '-i', source, '-t', String(seconds), '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '16', '-pix_fmt', 'yuv420p', 'source.mp4'])
  for (const rendition of LADDER) makeRendition(full, rendition, times)
  ffmpeg(full, ['-f', 'lavfi', '-i', `sine=frequency=${hz}:duration=${seconds * times}`, '-filter:a', 'volume=0.2', '-c:a', 'aac', '-b:a', '96k', '-ac', '2',
    '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file',
    '-hls_segment_filename', 'audio.mp4', 'audio.m3u8'])
  ffmpeg(full, ['-i', '../source.mp4', '-frames:v', '1', '-q:v', '5', 'poster.jpg'])
  const rows = Math.ceil(Math.ceil((seconds * times) / 2) / 5)
  ffmpeg(full, ['-stream_loop', String(times - 1), '-i', '../source.mp4', '-vf', `fps=1/2,scale=90:160,tile=5x${rows}`, '-frames:v', '1', '-q:v', '6', 'storyboard.jpg'])
  renameSync(work, final)
}

export function makeMedia(root, clips = CLIPS) {
  mkdirSync(root, { recursive: true })
  for (const clip of clips) makeClip(root, clip)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) makeMedia(process.argv[2] ?? '/tmp/dramalet-web-media')

// What this browser can play: Media Source (hls.js), HLS by itself (iOS Safari), or neither.

export type Playback = 'mse' | 'native' | 'none'

export function playback(): Playback {
  const scope = self as unknown as { ManagedMediaSource?: typeof MediaSource; MediaSource?: typeof MediaSource }
  const source = scope.ManagedMediaSource ?? scope.MediaSource
  if (source?.isTypeSupported?.('video/mp4; codecs="avc1.42E01E,mp4a.40.2"')) return 'mse'
  const hls = document.createElement('video').canPlayType('application/vnd.apple.mpegurl')
  return hls ? 'native' : 'none'
}

// Where an episode starts: at its beginning, or where this viewer left off, on a segment's edge.
import type { Item } from '../types'
import { parsePlaylist, segmentAt, type ByteRange } from './playlist'

const MIN_RESUME_US = 3_000_000
const MIN_LEFT_US = 5_000_000

export function resumeUs(item: Item): number {
  const at = item.position_us
  return !item.watched && at > MIN_RESUME_US && at < item.duration_us - MIN_LEFT_US ? at : 0
}

export interface StartPlan { seconds: number; video: ByteRange | null; audio: ByteRange | null }

/** The time to start at and the two byte ranges that its first frame and sound need. */
export function startPlan(item: Item): StartPlan {
  const video = segmentAt(parsePlaylist(item.video_playlist), resumeUs(item) / 1e6)
  const seconds = video?.time ?? 0
  const audio = item.audio_playlist ? segmentAt(parsePlaylist(item.audio_playlist), seconds) : null
  return { seconds, video, audio }
}

export const mediaUrl = (item: Item, file: string) => new URL(item.base + file, location.href).href

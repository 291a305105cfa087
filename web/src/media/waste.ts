// Counts what was fetched and what of it was seen, per episode and over the session.
// A segment counts as seen in proportion to the part of it that was played.

export interface Fetched { start: number; duration: number; bytes: number }

const MIN_FETCHED_BYTES = 1024 * 1024
let fetchedBytes = 0
let shownBytes = 0

export function shownOf(fetched: Fetched[], played: TimeRanges): number {
  let shown = 0
  for (const part of fetched) {
    let seen = 0
    for (let i = 0; i < played.length; i++)
      seen += Math.max(0, Math.min(played.end(i), part.start + part.duration) - Math.max(played.start(i), part.start))
    if (part.duration > 0) shown += part.bytes * Math.min(1, seen / part.duration)
  }
  return shown
}

/** Closes the account of an episode that leaves its slot. */
export function settle(fetched: Fetched[], played: TimeRanges): void {
  fetchedBytes += fetched.reduce((sum, part) => sum + part.bytes, 0)
  shownBytes += shownOf(fetched, played)
}

export const wasteSoFar = () => (fetchedBytes < MIN_FETCHED_BYTES ? 0 : 1 - shownBytes / fetchedBytes)

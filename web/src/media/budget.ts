// How far to buffer the episode on screen, and which neighbours to fetch, in bytes.
//
// Two costs pull against each other: a stall, and bytes that are fetched and never shown. The episode on
// screen always gets the seconds that the network needs to stay ahead; beyond that, seconds are
// fetched only while it is likely that they will be seen. Neighbours come after it. When the session's
// waste nears its limit, everything beyond the necessary stops (the gate).
// Pure: called by `player.ts` a few times a second, and by the simulation in `test/`.
import { swipeChance, type Dwell } from './hazard'

export const WASTE_GATE = 0.18
const MAX_AHEAD_S = 12
const ACCEPTED_CHANCE = 0.15
/** Half-lives of the estimate are short of the truth on a bad link: ask for twice what it needs. */
const SAFETY = 2
/** hls.js looks every 100 ms whether to load; appending takes its time, too. */
const REACTION_S = 0.5

export interface Situation {
  dwell: Dwell
  watchedS: number; bufferedS: number; leftS: number
  bytesPerS: number; roundTripS: number
  /** Of the episode on screen. */
  segmentS: number; segmentBytes: number
  /** First segments (picture and sound) of what may come next, nearest first. */
  neighbourBytes: number[]
  /** Share of this session's fetched bytes that were never shown; 0 while little was fetched. */
  waste: number
  saver: boolean
}
export interface Plan { aheadS: number; neighbours: number }

/** Seconds that must be in the buffer so that the next segment arrives in time. */
export function necessaryS(s: Situation): number {
  return SAFETY * (s.roundTripS + s.segmentBytes / s.bytesPerS) + REACTION_S
}

function likelySeenS(s: Situation): number {
  let ahead = 0
  while (ahead < MAX_AHEAD_S && swipeChance(s.dwell, s.watchedS, ahead + 0.5) < ACCEPTED_CHANCE) ahead += 0.5
  return ahead
}

/** How many neighbours' first segments to hold, once the episode on screen is safe. */
function wantedNeighbours(s: Situation, gated: boolean): number {
  let bytes = 0, wanted = 0
  for (const [i, size] of s.neighbourBytes.entries()) {
    bytes += size
    const fetchS = s.roundTripS + bytes / s.bytesPerS
    // The first is nearly always seen. The next ones only when they could not be fetched in the time
    // that somebody who leaves at once gives us.
    const inTime = swipeChance(s.dwell, 0, fetchS * (1 + i)) < 0.25
    if (i > 0 && (gated || s.saver || inTime)) break
    wanted++
  }
  return wanted
}

export function plan(s: Situation): Plan {
  const need = necessaryS(s)
  const gated = s.waste > WASTE_GATE
  const extra = gated || s.saver ? need : Math.max(need, likelySeenS(s))
  const safe = s.bufferedS >= Math.min(need, s.leftS - 0.2)
  return {
    aheadS: Math.min(extra, Math.max(MAX_AHEAD_S, need)),
    neighbours: safe ? wantedNeighbours(s, gated) : 0,
  }
}

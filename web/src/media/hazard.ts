// How likely this viewer is to swipe away in the next moments, given how long they have watched.
//
// A piecewise-constant hazard: in every span of watch time, exits divided by time exposed. The prior is
// what short-video studies show (most leave in the first seconds); this session's own swipes
// outweigh it after a handful of episodes. Pure: time comes in as numbers.

const EDGES_S = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55]
const PRIOR_PER_S = [0.16, 0.2, 0.16, 0.1, 0.06, 0.045, 0.035, 0.025, 0.02, 0.02]
/** The prior counts as much as this many seconds of watching in each span. */
const PRIOR_WEIGHT_S = 12

export interface Dwell { exits: number[]; exposureS: number[] }

export const emptyDwell = (): Dwell => ({ exits: EDGES_S.map(() => 0), exposureS: EDGES_S.map(() => 0) })

const spanEnd = (i: number) => EDGES_S[i + 1] ?? Infinity

/** Adds one watched episode; `leftEarly` is false when it played to its end. */
export function learn(dwell: Dwell, watchedS: number, leftEarly: boolean): void {
  EDGES_S.forEach((from, i) => {
    if (watchedS <= from) return
    dwell.exposureS[i]! += Math.min(watchedS, spanEnd(i)) - from
    if (leftEarly && watchedS <= spanEnd(i)) dwell.exits[i]! += 1
  })
}

function rate(dwell: Dwell, i: number): number {
  return (dwell.exits[i]! + PRIOR_PER_S[i]! * PRIOR_WEIGHT_S) / (dwell.exposureS[i]! + PRIOR_WEIGHT_S)
}

/** The chance of a swipe within `aheadS` seconds for somebody who has watched `watchedS`. */
export function swipeChance(dwell: Dwell, watchedS: number, aheadS: number): number {
  let sum = 0
  const until = watchedS + aheadS
  EDGES_S.forEach((from, i) => {
    const overlap = Math.min(until, spanEnd(i)) - Math.max(watchedS, from)
    if (overlap > 0) sum += overlap * rate(dwell, i)
  })
  return 1 - Math.exp(-sum)
}

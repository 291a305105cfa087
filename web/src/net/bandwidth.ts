// One estimate of this connection for the whole page, learnt from the media that it fetches.
// Remembered between visits, because the first choice of a rendition is made before any byte came.

const KEY = 'dl.net'
const MIN_SAMPLE_BYTES = 16 * 1024
const HALF_LIFE_BYTES = 600 * 1024

interface Estimate { bytesPerS: number; rttS: number }
const fallback: Estimate = { bytesPerS: 500_000, rttS: 0.08 }

function stored(): Estimate {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Estimate | null
    return value && value.bytesPerS > 0 && value.rttS > 0 ? value : fallback
  } catch { return fallback }
}
let estimate = stored()
let known = estimate !== fallback

export function sampleTransfer(bytes: number, firstByteS: number, bodyS: number): void {
  if (bytes < MIN_SAMPLE_BYTES) return
  // A body that was already here when the headers came says only "fast": cap what it may claim.
  const rate = Math.min(bytes / Math.max(bodyS, 0.004), 20_000_000)
  const weight = known ? 1 - Math.pow(0.5, bytes / HALF_LIFE_BYTES) : 1
  known = true
  estimate = {
    bytesPerS: estimate.bytesPerS + weight * (rate - estimate.bytesPerS),
    rttS: estimate.rttS + 0.2 * (Math.min(firstByteS, 2) - estimate.rttS),
  }
  try { localStorage.setItem(KEY, JSON.stringify(estimate)) } catch { /* private mode */ }
}

export const bytesPerSecond = () => estimate.bytesPerS
export const roundTripS = () => estimate.rttS

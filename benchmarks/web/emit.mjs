// The result line of ./bench, as lib/harness.py prints it.

const rounded = (v) => (v === null || v === undefined ? null : Number(Math.abs(v) < 1e4 ? v.toPrecision(4) : Math.round(v)))

/** target is "<= X" or ">= X" over the value. */
export function emit(name, value, unit, { target = null, peer = null, peerValue = null, ok = undefined } = {}) {
  const [, sign, limit] = /([<>]=) ([\d.]+)/.exec(target ?? '') ?? []
  const isOk = ok ?? (sign ? (sign === '<=' ? value <= Number(limit) : value >= Number(limit)) : null)
  console.log(JSON.stringify({ name, value: rounded(value), unit, target, ok: isOk, peer, peer_value: rounded(peerValue),
    ratio: peerValue ? rounded(value / peerValue) : null }))
}

export const say = (text) => console.error(text)
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
export const median = (values) => percentile(values, 0.5)

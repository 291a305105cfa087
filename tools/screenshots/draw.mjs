// The pen of the screenshots' pictures: SVG fragments as strings, on a sheet of 1080 x 1920.
//
// Flat shapes in layers, lit from one side: `lit()` gives whatever it wraps a hard rim and a soft inner light of one
// colour, so a figure made of five shapes reads as one body. Chance is seeded: the same scene is the same picture.
// Nothing here knows about series or screenshots.

export const W = 1080, H = 1920

/** A seeded source of numbers in [0, 1): mulberry32. */
export function chance(seed) {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

let names = 0
const name = () => `n${++names}`
const stops = (list) => list.map(([at, colour, opacity = 1]) => `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacity}"/>`).join('')

/** A box filled from top to bottom (or along x1..y2 in 0..1). */
export function fade(x, y, w, h, list, [x1, y1, x2, y2] = [0, 0, 0, 1]) {
  const id = name()
  return `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stops(list)}</linearGradient>` +
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="url(#${id})"/>`
}

/** Light in the air: a disc that fades out to nothing. */
export function glow(x, y, r, colour, opacity = 1, ry = r) {
  const id = name()
  return `<radialGradient id="${id}">${stops([[0, colour, opacity], [0.35, colour, opacity * 0.45], [1, colour, 0]])}</radialGradient>` +
    `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${ry}" fill="url(#${id})"/>`
}

export const at = (x, y, scale, inner, mirror = false) =>
  `<g transform="translate(${x} ${y}) scale(${mirror ? -scale : scale} ${scale})">${inner}</g>`
export const path = (d, fill, more = '') => `<path d="${d}" fill="${fill}" ${more}/>`
export const line = (d, colour, width, more = '') =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`
export const box = (x, y, w, h, fill, more = '') => `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" ${more}/>`
export const disc = (x, y, rx, fill, ry = rx) => `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`

export function soft(radius, inner, opacity = 1) {
  const id = name()
  return `<filter id="${id}" x="-40%" y="-40%" width="180%" height="180%"><feGaussianBlur stdDeviation="${radius}"/></filter>` +
    `<g filter="url(#${id})" opacity="${opacity}">${inner}</g>`
}

/** Rim light and a softer light inside it; (dx, dy) points from the light to the figure. */
export function lit(colour, dx, dy, inner, { rim = 0.95, inside = 0.55 } = {}) {
  const id = name()
  const edge = (result, blur, far, opacity) =>
    `<feOffset in="SourceAlpha" dx="${dx * far}" dy="${dy * far}" result="o${result}"/>` +
    `<feGaussianBlur in="o${result}" stdDeviation="${blur}" result="b${result}"/>` +
    `<feComposite in="SourceAlpha" in2="b${result}" operator="out" result="c${result}"/>` +
    `<feFlood flood-color="${colour}" flood-opacity="${opacity}"/><feComposite in2="c${result}" operator="in" result="${result}"/>`
  return `<filter id="${id}" x="-20%" y="-20%" width="140%" height="140%" color-interpolation-filters="sRGB">` +
    edge('hard', 0.8, 1, rim) + edge('wide', 22, 4.5, inside) +
    `<feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="wide"/><feMergeNode in="hard"/></feMerge></filter>` +
    `<g filter="url(#${id})">${inner}</g>`
}

/** Houses side by side up to `base`, with lit windows. */
export function skyline(seed, base, [low, high], colour, windows, share, cell = 26) {
  const random = chance(seed)
  let out = ''
  for (let x = -40; x < W + 40;) {
    const w = 90 + random() * 130, h = low + random() * (high - low), top = base - h
    out += box(x, top, w + 1, H - top, colour)
    if (random() < 0.4) out += box(x + w * 0.3, top - 36, w * 0.25, 40, colour) + box(x + w * 0.42, top - 120, 5, 90, colour)
    for (let wy = top + 26; wy < base + 200; wy += cell * 1.6)
      for (let wx = x + 16; wx < x + w - cell * 0.8; wx += cell * 1.15)
        if (random() < share) out += box(wx, wy, cell * 0.56, cell * 0.85, windows[Math.floor(random() * windows.length)], `opacity="${0.45 + random() * 0.55}"`)
    x += w + (random() < 0.3 ? 14 : 0)
  }
  return out
}

export function rain(seed, count, colour, [shortest, longest] = [40, 130], opacity = 0.35) {
  const random = chance(seed)
  let d = ''
  for (let i = 0; i < count; i++) {
    const l = shortest + random() * (longest - shortest), x = random() * (W + 200) - 50, y = random() * H - 60
    d += `M${x.toFixed(0)} ${y.toFixed(0)}l${(-l * 0.2).toFixed(0)} ${l.toFixed(0)}`
  }
  return line(d, colour, 2.2, `opacity="${opacity}"`)
}

/** Points of light out of focus, or dust in light. */
export function sparks(seed, count, [x, y, w, h], [small, large], colours, opacity = 0.8) {
  const random = chance(seed)
  let out = ''
  for (let i = 0; i < count; i++) {
    const r = small + random() * (large - small)
    out += `<circle cx="${x + random() * w}" cy="${y + random() * h}" r="${r}" fill="${colours[i % colours.length]}" opacity="${opacity * (0.3 + random() * 0.7)}"/>`
  }
  return out
}

/** A ridge of hills from the left edge to the right one. */
export function ridge(seed, y, rise, colour, steps = 5) {
  const random = chance(seed)
  let d = `M-20 ${H}L-20 ${y}`
  for (let i = 1, step = (W + 40) / steps, last = y; i <= steps; i++) {
    const next = y - random() * rise, x = -20 + i * step
    d += `C${x - step * 0.6} ${last} ${x - step * 0.4} ${next} ${x} ${next}`
    last = next
  }
  return path(`${d}L${W + 20} ${H}Z`, colour)
}

/** The sheet: what is drawn, darkened towards its edges. */
export function sheet(inner, edge = '#05030d', strength = 0.6) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${W}" height="${H}" viewBox="0 0 ${W} ${H}">${inner}` +
    `<radialGradient id="edge" cx="0.5" cy="0.45" r="0.75">${stops([[0.55, edge, 0], [1, edge, strength]])}</radialGradient>` +
    `<rect width="${W}" height="${H}" fill="url(#edge)"/></svg>`
}

// ThumbHash to a picture of at most 32 x 32 pixels (https://evanw.github.io/thumbhash/, public domain
// algorithm): what stands behind a poster until it is there. Returns a data: address for CSS.

const cache = new Map<string, string>()

interface Channel { ac: number[]; nx: number; ny: number }

function header(hash: Uint8Array) {
  const h24 = hash[0]! | (hash[1]! << 8) | (hash[2]! << 16)
  const h16 = hash[3]! | (hash[4]! << 8)
  const isLandscape = h16 >> 15 !== 0
  const hasAlpha = h24 >> 23 !== 0
  return {
    l: (h24 & 63) / 63, p: ((h24 >> 6) & 63) / 31.5 - 1, q: ((h24 >> 12) & 63) / 31.5 - 1,
    lScale: ((h24 >> 18) & 31) / 31, pScale: ((h16 >> 3) & 63) / 63, qScale: ((h16 >> 9) & 63) / 63,
    hasAlpha, isLandscape,
    lx: Math.max(3, isLandscape ? (hasAlpha ? 5 : 7) : h16 & 7),
    ly: Math.max(3, isLandscape ? h16 & 7 : hasAlpha ? 5 : 7),
  }
}

function basis(n: number, at: number, size: number): number[] {
  return Array.from({ length: n }, (_, c) => Math.cos((Math.PI / size) * (at + 0.5) * c))
}

function sum(channel: Channel, fx: number[], fy: number[]): number {
  let value = 0, j = 0
  for (let cy = 0; cy < channel.ny; cy++)
    for (let cx = cy ? 0 : 1; cx * channel.ny < channel.nx * (channel.ny - cy); cx++, j++)
      value += channel.ac[j]! * fx[cx]! * fy[cy]! * 2
  return value
}

function decode(hash: Uint8Array): { w: number; h: number; rgba: Uint8ClampedArray<ArrayBuffer> } {
  const head = header(hash)
  let nibble = 0
  const first = head.hasAlpha ? 6 : 5
  const channel = (nx: number, ny: number, scale: number): Channel => {
    const ac: number[] = []
    for (let cy = 0; cy < ny; cy++)
      for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++, nibble++)
        ac.push((((hash[first + (nibble >> 1)]! >> ((nibble & 1) << 2)) & 15) / 7.5 - 1) * scale)
    return { ac, nx, ny }
  }
  const l = channel(head.lx, head.ly, head.lScale)
  const p = channel(3, 3, head.pScale * 1.25), q = channel(3, 3, head.qScale * 1.25)
  const ratio = head.lx / head.ly
  const w = Math.round(ratio > 1 ? 32 : 32 * ratio), h = Math.round(ratio > 1 ? 32 / ratio : 32)
  const rgba = new Uint8ClampedArray(w * h * 4)
  const nx = Math.max(head.lx, 3), ny = Math.max(head.ly, 3)
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++, i += 4) {
      const fx = basis(nx, x, w), fy = basis(ny, y, h)
      const lv = head.l + sum(l, fx, fy), pv = head.p + sum(p, fx, fy), qv = head.q + sum(q, fx, fy)
      const b = lv - (2 / 3) * pv
      const r = (3 * lv - b + qv) / 2
      rgba.set([255 * r, 255 * (r - qv), 255 * b, 255], i)
    }
  return { w, h, rgba }
}

/** `url(...)` for a background; '' for a missing or broken hash. */
export function previewUrl(base64: string): string {
  const known = cache.get(base64)
  if (known !== undefined) return known
  let url = ''
  try {
    const { w, h, rgba } = decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)))
    const canvas = document.createElement('canvas')
    canvas.width = w
    canvas.height = h
    canvas.getContext('2d')!.putImageData(new ImageData(rgba, w, h), 0, 0)
    url = `url(${canvas.toDataURL()})`
  } catch { /* the brand's dark stays */ }
  cache.set(base64, url)
  return url
}

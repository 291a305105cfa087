// The scenes of the screenshots' pictures, one function each: a complete 1080 x 1920 SVG.
//
// Each has one mood, four or five colours, a direction of light, and at least three planes: far, where people are, and
// an edge close to the eye. The people are in figures.mjs.
import { at, box, chance, disc, fade, glow, H, line, lit, path, rain, ridge, sheet, skyline, soft, sparks, W } from './draw.mjs'
import { bustBehind, coat, gown, profile, suit, umbrella } from './figures.mjs'

const CITY = ['#ffc66b', '#ffb347', '#ff8fa3', '#ffe3a8']

/** Night, rain: a woman under a red umbrella at the edge of a roof; one tower looks back. */
function rooftop() {
  return sheet(
    fade(0, 0, W, H, [[0, '#0b0a26'], [0.3, '#221452'], [0.5, '#6a1d6e'], [0.6, '#c2366f']]) +
    glow(760, 980, 760, '#ff5d8f', 0.55) + glow(790, 430, 330, '#ffd9b0', 0.5) + disc(790, 430, 132, '#ffe6c4') +
    soft(7, skyline(3, 1180, [260, 560], '#3c1a5c', CITY, 0.25), 0.9) + fade(0, 700, W, 520, [[0, '#c2366f', 0], [1, '#d64a7a', 0.5]]) +
    soft(2, skyline(11, 1240, [220, 800], '#1f1244', CITY, 0.34)) +
    // the tower opposite, one window of it wide awake
    box(90, 330, 270, 1000, '#140d33') + box(150, 270, 150, 70, '#140d33') + box(222, 120, 7, 160, '#140d33') + glow(226, 122, 60, '#ff3d5e', 0.9) +
    [...Array(13).keys()].map((r) => [0, 1, 2, 3].map((c) => box(116 + c * 58, 376 + r * 68, 40, 42, (r * 7 + c * 5) % 4 ? '#22184d' : '#ffb95e', `opacity="${(r * 7 + c * 5) % 4 ? 1 : 0.85}"`)).join('')).join('') +
    glow(252, 602, 190, '#ffd98a', 0.9) + box(232, 580, 40, 42, '#fff2cf') +
    fade(0, 1180, W, 160, [[0, '#d64a7a', 0], [1, '#e0507e', 0.45]]) +
    // parapet, wet roof
    box(0, 1310, W, 92, '#150c30') + box(0, 1304, W, 10, '#ff6f9c') + fade(0, 1400, W, 520, [[0, '#3a1a56'], [0.3, '#1b1038'], [1, '#0a0720']]) +
    soft(12, [[250, 60, '#ffb95e', 0.5], [790, 120, '#ffd9b0', 0.45], [560, 190, '#e8365a', 0.55], [960, 50, '#ff6f9c', 0.5]]
      .map(([x, w, c, o]) => box(x - w / 2, 1405, w, 470, c, `opacity="${o * 0.6}"`)).join('')) +
    [...Array(9).keys()].map((i) => line(`M${90 + i * 117} ${1480 + (i * 83) % 360}h${60 + (i * 37) % 90}`, '#ff8fb2', 3, 'opacity="0.35"')).join('') +
    rain(5, 120, '#c9b6ff', [40, 90], 0.25) +
    soft(16, disc(565, 1690, 220, '#05030f', 34), 0.8) +
    lit('#ffc0b8', -7, 6, at(590, 1262, 1.12, umbrella('#f04a5e', '#c92a4b', '#8a1a3f')), { inside: 0.35 }) +
    lit('#ff9dbb', -8, 5, at(560, 1700, 1.06, coat({ coat: '#4a2a63', dark: '#2f1a48', skin: '#b9776b', hair: '#22123a', style: 'long' })), { inside: 0.7 }) +
    rain(9, 70, '#fff', [110, 260], 0.22) +
    // an edge close to the eye: an aerial and a pipe out of focus
    soft(9, line('M1010 1920V1150M930 1240H1080M950 1330H1080', '#07051a', 26) + path('M-40 1920V1560Q120 1540 150 1700V1920Z', '#07051a')), '#05030f', 0.75)
}

/** The same night inside: her face by the window, the city out of focus behind. */
function rainyWindow() {
  return sheet(
    fade(0, 0, W, H, [[0, '#0d0b2b'], [0.5, '#3a1760'], [1, '#150a2c']]) + glow(820, 700, 700, '#ff4f86', 0.5) +
    soft(14, skyline(21, 1500, [500, 1150], '#1d1145', CITY, 0.45, 44)) +
    soft(6, sparks(8, 26, [80, 420, 920, 900], [22, 64], ['#ffb95e', '#ff6f9c', '#8f7bff', '#ffe3a8'], 0.42)) +
    sparks(4, 150, [0, 0, W, H], [2, 6], ['#e6dcff'], 0.5) + rain(14, 90, '#e6dcff', [60, 220], 0.2) +
    soft(3, box(-20, 0, 70, H, '#0a0720') + box(0, 240, W, 22, '#0a0720')) +
    lit('#ff9dbb', -9, 5, at(430, 960, 1.4, profile({ coat: '#2b1b49', dark: '#1a1030', skin: '#a8606a', shade: '#6b3553', hair: '#1b1030', style: 'bob' }))) +
    glow(1010, 900, 420, '#ff6f9c', 0.25) + fade(0, 1500, W, 420, [[0, '#07051a', 0], [1, '#07051a', 0.8]]), '#05030f', 0.6)
}

/** A corridor that runs to one open door; somebody stands in its light. */
function corridor() {
  const cx = 540, cy = 900, rings = [1, 0.68, 0.47, 0.33, 0.24]
  const corner = (k, sx, sy) => `${cx + sx * 620 * k} ${cy + sy * 1120 * k}`
  const plane = (a, b, from, to, fill, more) => path(`M${corner(a, ...from)}L${corner(b, ...from)}L${corner(b, ...to)}L${corner(a, ...to)}Z`, fill, more)
  const door = (a, b, side, fill) => path(`M${cx + side * 620 * a} ${cy - 620 * a}L${cx + side * 620 * b} ${cy - 620 * b}L${cx + side * 620 * b} ${cy + 1120 * b}L${cx + side * 620 * a} ${cy + 1120 * a}Z`, fill)
  let walls = ''
  rings.slice(0, -1).forEach((a, i) => {
    const b = rings[i + 1], tone = ['#0e1a2b', '#13273a', '#1a3649', '#24485a'][i]
    walls += plane(a, b, [-1, -1], [-1, 1], tone) + plane(a, b, [1, -1], [1, 1], tone) +
      plane(a, b, [-1, -1], [1, -1], ['#09111f', '#0d1b2a', '#122636', '#193243'][i]) + plane(a, b, [-1, 1], [1, 1], ['#0b1523', '#122131', '#1d3140', '#35464c'][i])
    const p = a - (a - b) * 0.22, q = a - (a - b) * 0.78
    walls += door(p, q, -1, '#0a1320') + door(p, q, 1, '#0a1320')
    walls += path(`M${cx - 90 * a} ${cy - 1120 * p}L${cx + 90 * a} ${cy - 1120 * p}L${cx + 90 * b} ${cy - 1120 * q}L${cx - 90 * b} ${cy - 1120 * q}Z`, i === 1 ? '#274055' : '#bfe8df', `opacity="${0.25 + i * 0.16}"`)
  })
  const k = 0.24, left = cx - 620 * k, top = cy - 1120 * k
  return sheet(
    box(0, 0, W, H, '#0b1523') + walls + box(left, top, 1240 * k, 2240 * k, '#2b5261') +
    box(cx - 96, cy - 190, 192, 459, '#ffd58a') + fade(cx - 96, cy - 190, 192, 459, [[0, '#fff3d2'], [1, '#ffb45c']]) +
    glow(cx, cy + 40, 620, '#ffb45c', 0.6) + glow(cx, cy, 240, '#fff0c8', 0.55) +
    soft(10, path(`M${cx - 96} ${cy + 269}L${cx + 96} ${cy + 269}L${cx + 330} 1920L${cx - 330} 1920Z`, '#ffb45c', 'opacity="0.42"')) +
    soft(5, path(`M${cx - 30} ${cy + 262}L${cx + 30} ${cy + 262}L${cx + 130} 1920L${cx - 130} 1920Z`, '#0a1018', 'opacity="0.85"')) +
    at(cx, cy + 266, 0.52, suit({ coat: '#0b0f18', dark: '#05070c', skin: '#1a1418', hair: '#0b0f18', legs: '#080b12' })) +
    sparks(33, 46, [200, 500, 680, 1000], [1.5, 4], ['#ffe2ae'], 0.6) +
    // close to the eye: who is looking, out of focus
    soft(7, lit('#ffc47c', -10, 6, at(90, 1430, 1, bustBehind({ coat: '#0c1220', dark: '#080c16', skin: '#382630', hair: '#0a0d18', style: 'bob' })))), '#02060c', 0.8)
}

/** Morning: cream and coral, a desk before a wide window, somebody early. */
function office() {
  const leaf = (x, y, s, turn) => `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${s})">${path('M0 0C-60-90-60-220 0-320C60-220 60-90 0 0Z', '#2f7f6d')}${line('M0 0V-290', '#1f5f55', 6)}</g>`
  return sheet(
    box(0, 0, W, H, '#ffe9d2') + fade(0, 0, W, 1300, [[0, '#8fd0e8'], [0.5, '#ffe1c2'], [1, '#ffb59a']]) +
    glow(730, 690, 560, '#fff6da', 1) + disc(730, 690, 120, '#fffaf0') +
    soft(5, skyline(41, 1230, [160, 420], '#f2a493', ['#fff0d8'], 0.3)) + skyline(45, 1290, [90, 300], '#d97f80', ['#ffe7c4', '#fff6e0'], 0.28) +
    // window frame, blind, wall
    box(0, 0, 74, 1330, '#fff6ea') + box(1006, 0, 74, 1330, '#f6dcc5') + box(520, 0, 26, 1330, '#fff6ea') + box(0, 360, W, 20, '#fff6ea') +
    box(0, 0, W, 120, '#ff8a73') + [...Array(9).keys()].map((i) => box(0, 120 + i * 20, W, 9, '#fff3e4', 'opacity="0.9"')).join('') +
    box(0, 1290, W, 50, '#fffaf1') + fade(0, 1340, W, 580, [[0, '#f7c9ad'], [1, '#e59f8c']]) +
    path('M160 1340L560 1340L900 1920L240 1920Z', '#fff1dc', 'opacity="0.55"') +
    // shelf plant
    path('M832 1300L862 1180H996L1026 1300Z', '#fff6ea') + path('M929 1300H1026L996 1180H929Z', '#ecc9ae') +
    [[-42, 0.9], [-18, 1.1], [6, 1.25], [28, 1.05], [52, 0.85]].map(([r, s]) => leaf(929, 1184, s, r)).join('') +
    // pendant lamp
    line('M260 120V420', '#3a3042', 5) + path('M160 520C160 440 210 414 260 414C310 414 360 440 360 520Z', '#f26b5b') + disc(260, 520, 100, '#ffe9b8', 16) +
    // her, at the desk, from behind
    lit('#fff4d6', -9, 7, at(470, 1130, 0.98, bustBehind({ coat: '#2c8c86', dark: '#1f6d6b', skin: '#e0a184', hair: '#4a2a35', style: 'bun' })), { inside: 0.5 }) +
    // screen, cup, papers on the desk; chair
    path('M-20 1700H1100V1920H-20Z', '#8a4a4c') + box(-20, 1690, 1120, 18, '#b86a62') +
    lit('#fff0d0', -5, 5, path('M700 1420H1040V1640H700Z', '#39324a') + box(850, 1640, 40, 60, '#39324a') + box(780, 1686, 180, 14, '#39324a')) +
    path('M724 1444H1016V1616H724Z', '#fdf3e4') + [[0, 150], [1, 210], [2, 120], [3, 190]].map(([i, w]) => box(750, 1470 + i * 34, w, 14, i === 1 ? '#f26b5b' : '#d9c3b4', 'rx="7"')).join('') +
    path('M120 1580H250L236 1700H134Z', '#fff') + line('M250 1604C300 1604 296 1664 242 1664', '#fff', 14) + path('M190 1580H250L236 1700H190Z', '#e8d6c8') +
    soft(3, line('M160 1550C140 1510 190 1490 168 1440M206 1550C190 1514 232 1490 214 1436', '#fff', 9, 'opacity="0.75"')), '#a13f3f', 0.32)
}

/** Dusk in a train: hills go by, he leans towards the glass and his reflection. */
function train() {
  const man = { coat: '#33405f', dark: '#222c47', skin: '#b87561', shade: '#7b4550', hair: '#1d1a2c', style: 'short' }
  return sheet(
    fade(0, 0, W, H, [[0, '#28336b'], [0.3, '#6b4a8c'], [0.5, '#e0736c'], [0.62, '#ffc27a'], [1, '#ffc27a']]) +
    glow(800, 1090, 620, '#ffe1a0', 0.9) + disc(800, 1080, 104, '#fff0c4') +
    [[160, 300, 520], [420, 470, 760], [60, 620, 420]].map(([x, y, w]) => soft(8, box(x, y, w, 16, '#ffb08f', 'rx="8"') + box(x + 90, y + 34, w * 0.6, 12, '#ff9a8a', 'rx="6"'), 0.7)).join('') +
    soft(3, ridge(61, 1150, 150, '#8b4f7d')) + fade(0, 1050, W, 260, [[0, '#ffc27a', 0], [1, '#ffb07a', 0.55]]) +
    ridge(64, 1290, 130, '#54376b') + ridge(67, 1400, 100, '#2c2450', 7) +
    soft(7, [90, 400, 640, 980].map((x, i) => box(x, 640 + i * 20, 12, 900, '#1c1838')).join('') + line('M-20 720Q250 800 400 740Q560 820 660 760Q840 840 1100 770', '#1c1838', 6)) +
    `<g opacity="0.2">${soft(3, at(985, 960, 1.1, profile(man), true))}</g>` +
    // the window's frame and the carriage
    path(`M0 0H${W}V${H}H0ZM70 170Q70 110 130 110H950Q1010 110 1010 170V1440Q1010 1500 950 1500H130Q70 1500 70 1440Z`, '#171a33', 'fill-rule="evenodd"') +
    line('M70 170Q70 110 130 110H950Q1010 110 1010 170V1440Q1010 1500 950 1500H130Q70 1500 70 1440Z', '#ff9d78', 6, 'opacity="0.75"') +
    box(0, 1530, W, 40, '#262b4d') + box(0, 1524, W, 6, '#ffae84', 'opacity="0.8"') + fade(0, 1570, W, 350, [[0, '#1b1f3d'], [1, '#0c0e20']]) +
    lit('#ffb98a', -10, 3, at(350, 1040, 1.3, profile(man))) +
    fade(0, 1500, W, 420, [[0, '#0c0e20', 0], [1, '#0c0e20', 0.7]]) +
    // the seat in front, close to the eye
    soft(8, lit('#ff9d78', 6, 6, path('M1100 1240C1000 1230 930 1290 920 1400L890 1940H1100Z', '#6b2f47'))), '#0a0a1c', 0.55)
}

const lantern = (x, y, s) => glow(x, y, 210 * s, '#ff8a3d', 0.75) +
  at(x, y, s, line('M0-150V-78', '#3a0d12', 6) + path('M-30-82H30V-64H-30ZM-30 64H30V82H-30Z', '#f3b64b') + path('M-34-66C-96-50-96 50-34 66H34C96 50 96-50 34-66Z', '#e8412f') +
    path('M-14-66C-44-40-44 40-14 66H14C44 40 44-40 14-66Z', '#ff8a4a') + path('M-5-66V66H5V-66Z', '#ffd488') + line('M0 82V150M-10 82L-14 130M10 82L14 130', '#f3b64b', 4))

/** A lantern alley in the blue hour, steps up to a gate, she waits half way. */
function alley() {
  const steps = [...Array(11).keys()].map((i) => {
    const y = 1120 + i * i * 5.6 + i * 20, w = 250 + i * 74
    return box(540 - w / 2, y, w, 96 + i * 12, ['#3b2a4f', '#33254a', '#2b2044'][i % 3]) + box(540 - w / 2, y, w, 5 + i * 0.6, '#ff9a5c', `opacity="${0.85 - i * 0.045}"`)
  }).join('')
  const house = (side, x, w, top, wall, roof, window) => {
    const edge = side < 0 ? x : x - w, eave = side < 0 ? edge + w + 46 : edge - 46
    return box(edge, top, w, H - top, wall) +
      path(`M${side < 0 ? edge - 20 : edge + w + 20} ${top - 120}L${eave - side * 70} ${top - 96}Q${eave - side * 10} ${top - 40} ${eave} ${top - 30}L${eave} ${top + 6}L${side < 0 ? edge - 20 : edge + w + 20} ${top + 30}Z`, roof) +
      [0, 1].map((r) => box(edge + w * 0.28, top + 130 + r * 300, w * 0.44, 190, window) + [0.25, 0.5, 0.75].map((f) => box(edge + w * (0.28 + 0.44 * f) - 4, top + 130 + r * 300, 8, 190, wall)).join('') + box(edge + w * 0.28, top + 220 + r * 300, w * 0.44, 8, wall)).join('')
  }
  return sheet(
    fade(0, 0, W, H, [[0, '#0c1740'], [0.3, '#243a7c'], [0.52, '#7a5a9c'], [0.62, '#f08a6a']]) +
    sparks(71, 60, [0, 0, W, 600], [1, 3], ['#fff'], 0.8) + disc(620, 330, 86, '#fff3d6') + glow(620, 330, 330, '#ffe9c0', 0.4) +
    soft(3, ridge(74, 1010, 240, '#3b4584')) + glow(540, 1060, 460, '#ffb067', 0.8) +
    // the gate at the top
    path('M330 880Q540 800 750 880L790 850Q770 920 720 925H360Q310 920 290 850Z', '#1d1538') + path('M380 800Q540 740 700 800L730 776Q715 835 680 838H400Q365 835 350 776Z', '#1d1538') +
    box(400, 920, 34, 260, '#5a1f2f') + box(646, 920, 34, 260, '#5a1f2f') + box(434, 960, 212, 30, '#7d2a35') +
    house(-1, 40, 300, 760, '#2a2150', '#171232', '#ffb25e') + house(1, 1040, 300, 700, '#2a2150', '#171232', '#ff9a50') + steps +
    house(-1, -120, 330, 560, '#1b1538', '#0e0a22', '#ffc46e') + house(1, 1200, 330, 500, '#1b1538', '#0e0a22', '#ffb25e') +
    line('M110 610Q540 860 970 560M180 880Q540 1010 900 860', '#120c22', 5) +
    [[430, 985, 0.42], [540, 1000, 0.42], [650, 985, 0.42]].map((l) => lantern(...l)).join('') +
    [[300, 800, 0.75], [540, 850, 0.8], [790, 770, 0.78]].map((l) => lantern(...l)).join('') +
    soft(14, disc(556, 1700, 170, '#07041a', 26), 0.8) +
    lit('#ffd9a0', -6, 8, at(512, 1330, 0.9, umbrella('#f4e3c1', '#dcbf95', '#a9855f')), { inside: 0.4 }) +
    lit('#ffab66', -6, 7, at(550, 1700, 0.86, coat({ coat: '#2f5d8a', dark: '#1e3f66', skin: '#d59a7c', hair: '#15102a', style: 'long', legs: '#1d1a3a' }))) +
    [[90, 900, 1.7], [1000, 830, 1.9]].map((l) => soft(4, lantern(...l))).join('') +
    sparks(77, 40, [100, 700, 880, 1000], [2, 5], ['#ffd9a0'], 0.7), '#05031a', 0.65)
}

/** A harbour before sunrise: a lighthouse, two people at the end of the pier, years between them. */
function harbour() {
  const boat = (x, y, s, hull) => at(x, y, s, path('M-150-30H150L110 40H-110Z', hull) + path('M-150-30H150L145-18H-146Z', '#f7d9a8') + box(-40, -90, 90, 60, '#f0e2cf') + box(-24, -76, 24, 24, '#ffca6a') + line('M-70-30V-260', '#20303f', 8) + path('M-62-250L60-60H-62Z', '#e9c9a0', 'opacity="0.9"'))
  return sheet(
    fade(0, 0, W, H, [[0, '#0d2f45'], [0.28, '#1f6a78'], [0.46, '#8cc0a8'], [0.55, '#ffd9a0'], [0.58, '#ffb27a']]) +
    glow(330, 1090, 640, '#ffe0a6', 0.95) + disc(330, 1080, 92, '#fff4d4') +
    [[560, 560, 460], [120, 700, 380], [640, 800, 380]].map(([x, y, w]) => soft(9, box(x, y, w, 18, '#ffe3bd', 'rx="9"') + box(x - 60, y + 36, w * 0.7, 12, '#ffd0a4', 'rx="6"'), 0.65)).join('') +
    // the light's beam
    soft(10, path('M806 468L-60 250V420L806 492Z', '#fff2c4', 'opacity="0.5"')) +
    soft(2, ridge(83, 1110, 70, '#5d8f8f', 6)) +
    path('M560 1120C640 1010 760 980 900 960L1100 950V1200H540Z', '#1e4754') + path('M620 1130C720 1060 860 1020 1100 1010V1200H600Z', '#163845') +
    lit('#ffe0a6', 8, 2, path('M774 980L790 530H870L886 980Z', '#e7ded0')) + path('M784 700L787 610H873L876 700ZM777 880L781 790H879L883 880Z', '#cf4b46') + box(776, 510, 108, 22, '#20303f') + box(800, 440, 60, 72, '#fff3c4') + path('M790 442Q830 380 870 442Z', '#20303f') + glow(830, 478, 210, '#fff0b8', 0.9) +
    fade(0, 1120, W, 800, [[0, '#ffc78c'], [0.14, '#7fae9f'], [0.5, '#1e5a68'], [1, '#0a2835']]) +
    [...Array(34).keys()].map((i) => { const r = chance(i + 900), y = 1136 + i * i * 0.62; return box(330 - 150 + r() * 250 - i * 5, y, 60 + r() * 120 + i * 3, 4 + i * 0.16, '#fff0c8', `rx="3" opacity="${0.85 - i * 0.018}"`) }).join('') +
    boat(800, 1240, 0.85, '#23566a') + boat(150, 1190, 0.5, '#7d3b3f') +
    // the pier
    path('M500 1330H640L1100 1940H40Z', '#2a2430') + [...Array(12).keys()].map((i) => { const f = (i / 12) ** 1.6, y = 1332 + f * 590; return line(`M${500 - f * 460} ${y}H${640 + f * 460}`, '#ffb27a', 2 + f * 5, 'opacity="0.35"') }).join('') +
    [[470, 1300, 190], [676, 1300, 190], [300, 1500, 300], [856, 1500, 300]].map(([x, y, h]) => box(x - h / 14, y, h / 7, h, '#1a1620') + box(x - h / 14, y, h / 7, 7, '#ffcf94')).join('') +
    soft(10, path('M470 1560L560 1900H470L430 1560ZM640 1560L800 1900H700L600 1560Z', '#0a0a12', 'opacity="0.55"')) +
    lit('#ffdca0', 7, 3, at(450, 1580, 0.64, coat({ coat: '#b2453f', dark: '#7d2d31', skin: '#c98a6c', hair: '#3a2024', style: 'bun', legs: '#1d1a24' }))) +
    lit('#ffdca0', 7, 3, at(662, 1580, 0.68, suit({ coat: '#27475a', dark: '#183040', skin: '#a8705a', hair: '#1a1820', legs: '#16222c' }))) +
    soft(9, line('M-40 1500Q200 1720 420 1960', '#0a141c', 34) + line('M1120 1380Q980 1600 1010 1960', '#0a141c', 40)), '#04141c', 0.6)
}

/** Oxblood, gold and black: a staircase, a chandelier, she goes up alone. */
function staircase() {
  const gold = '#f2c063'
  const column = (x, w) => fade(x, 0, w, 1500, [[0, '#2a0710'], [0.45, '#7a1f2a'], [0.7, '#4a0f1a'], [1, '#1d040a']], [0, 0, 1, 0]) + box(x - 18, 1380, w + 36, 70, '#5a141f') + box(x - 18, 1380, w + 36, 7, gold) + box(x - 14, 250, w + 28, 56, '#5a141f') + box(x - 14, 300, w + 28, 6, gold)
  const steps = [...Array(12).keys()].map((i) => {
    const y = 1080 + i * 34 + i * i * 4.2, w = 420 + i * 66, h = 60 + i * 12
    return box(540 - w / 2, y, w, h, '#2b0a12') + box(540 - w / 2, y, w, 5, gold, 'opacity="0.75"') + box(540 - w * 0.3, y, w * 0.6, h, i % 2 ? '#a3182b' : '#b51d31') + box(540 - w * 0.3, y, w * 0.6, 6, '#ff6a5c', 'opacity="0.8"')
  }).join('')
  const candle = (x, y) => glow(x, y - 24, 70, '#ffe2a0', 0.95) + box(x - 5, y - 10, 10, 34, '#fff1cf') + path(`M${x} ${y - 48}Q${x + 13} ${y - 22} ${x} ${y - 10}Q${x - 13} ${y - 22} ${x} ${y - 48}Z`, '#fff6d8')
  return sheet(
    fade(0, 0, W, H, [[0, '#1a0409'], [0.5, '#5c101c'], [1, '#14030a']]) + glow(540, 700, 760, '#ff9a4a', 0.5) +
    // the tall window behind: an arch full of moonlight
    path('M330 1090V620C330 440 440 340 540 340C640 340 750 440 750 620V1090Z', '#f7b65e') + soft(18, path('M360 1090V630C360 480 450 390 540 390C630 390 720 480 720 630V1090Z', '#fff0c4')) +
    box(534, 345, 12, 745, '#5c101c') + [520, 680, 840, 1000].map((y) => box(335, y, 410, 9, '#5c101c')).join('') + line('M330 1090V620C330 440 440 340 540 340C640 340 750 440 750 620V1090', '#8a2a2a', 20) + line('M318 1090V620C318 430 430 326 540 326C650 326 762 430 762 620V1090', gold, 5) +
    column(180, 110) + column(790, 110) + steps +
    // banisters
    [-1, 1].map((s) => [...Array(9).keys()].map((i) => { const x = 540 + s * (232 + i * 38 + i * i * 1.2), y = 1040 + i * 36 + i * i * 4.4; return box(x - 4 - i * 0.6, y - 20, 8 + i * 1.2, 130 + i * 16, '#140308') + box(x - 4, y - 20, 3, 120 + i * 14, gold, 'opacity="0.7"') }).join('') + line(`M${540 + s * 222} 1010Q${540 + s * 420} 1180 ${540 + s * 640} 1640`, '#140308', 34) + line(`M${540 + s * 222} 998Q${540 + s * 424} 1166 ${540 + s * 646} 1626`, gold, 6)).join('') +
    soft(16, disc(540, 1560, 330, '#0d0206', 60), 0.6) +
    lit('#ffd98a', 0, 10, at(540, 1450, 0.94, gown({ coat: '#17060c', dark: '#5e1522', skin: '#dca182', hair: '#150509' })), { inside: 0.45 }) + glow(540, 640, 420, '#ffcf7a', 0.35) +
    // chandelier
    line('M540-10V130', gold, 6) + line('M540 130Q400 300 300 190M540 130Q680 300 780 190M540 130Q470 290 410 215M540 130Q610 290 670 215M540 130V240', gold, 7) + disc(540, 132, 26, gold, 34) +
    [[300, 180], [410, 205], [540, 224], [670, 205], [780, 180]].map((c) => candle(...c)).join('') +
    sparks(93, 60, [160, 240, 760, 900], [1.5, 4.5], ['#ffe2a0'], 0.8) +
    // curtains close to the eye
    soft(8, path('M-40-20H190C150 500 210 1000 90 1400C60 1600 110 1800 60 1960H-40Z', '#3a0812') + path('M1120-20H890C930 500 870 1000 990 1400C1020 1600 970 1800 1020 1960H1120Z', '#3a0812') + line('M60 0C40 600 90 1100 20 1900M1020 0C1040 600 990 1100 1060 1900', '#6e1420', 26)), '#0a0104', 0.65)
}

export const SCENES = { rooftop, rainyWindow, corridor, office, train, alley, harbour, staircase }

// The people of the screenshots' pictures: invented, drawn from behind or in profile, in flat colours.
//
// A standing figure has its feet at (0, 0) and is about 720 high; a bust has the middle of its head at (0, 0), a head
// is about 460 high, and its shoulders run out far below: place it so that the sheet's edge cuts them.
import { box, disc, line, path } from './draw.mjs'

const HAIR_BEHIND = {
  bob: (c) => path('M-66-640C-76-745 76-745 66-640C70-610 78-590 74-570Q0-545-74-570C-78-590-70-610-66-640Z', c),
  long: (c) => path('M-64-640C-74-745 74-745 64-640C72-580 86-500 74-420Q30-400 0-418Q-40-396-76-424C-86-500-72-580-64-640Z', c),
  bun: (c) => disc(0, -738, 34, c, 30) + path('M-58-640C-66-735 66-735 58-640C58-610 40-592 0-590C-40-592-58-610-58-640Z', c),
  short: (c) => path('M-56-650C-62-730 62-730 56-650C56-625 44-606 0-604C-44-606-56-625-56-650Z', c),
}

const head = (skin, hair, style) =>
  box(-24, -620, 48, 70, skin) + disc(0, -645, 54, skin, 64) + HAIR_BEHIND[style](hair)

/** In a long coat, from behind. */
export function coat({ coat: c, dark, skin, hair, style = 'bob', legs = '#14101f' }) {
  return path('M-70-200L-62-6Q-40 6-14-4L-10-200ZM70-200L62-6Q40 6 14-4L10-200Z', legs) +
    head(skin, hair, style) +
    path('M-60-572C-118-556-136-520-142-450L-168-230C-160-214-138-214-132-230L-120-330L-150-120Q0-84 150-120L120-330L132-230C138-214 160-214 168-230L142-450C136-520 118-556 60-572Q0-590-60-572Z', c) +
    path('M-66-566Q0-520 66-566L56-606Q0-580-56-606Z', dark) +
    box(-122, -388, 244, 26, dark) + line('M0-350L4-104', dark, 6) + line('M-120-330L-112-440M120-330L112-440', dark, 6)
}

/** In a suit, from behind. */
export function suit({ coat: c, dark, skin, hair, style = 'short', legs = '#14101f' }) {
  return path('M-84-330L-66-4Q-40 8-14-2L-4-300L4-300L14-2Q40 8 66-4L84-330Z', legs) +
    head(skin, hair, style) +
    path('M-64-572C-128-560-150-530-156-470L-160-270C-158-246-128-246-124-270L-116-400L-104-286Q0-262 104-286L116-400L124-270C128-246 158-246 160-270L156-470C150-530 128-560 64-572Q0-592-64-572Z', c) +
    line('M0-380L0-276M-116-400L-108-470M116-400L108-470', dark, 6) + path('M-44-580Q0-548 44-580L36-606Q0-590-36-606Z', dark)
}

/** In a gown with a train that lies on the steps behind her, from behind. */
export function gown({ coat: c, dark, skin, hair, style = 'bun' }) {
  return head(skin, hair, style) +
    path('M-58-568C-100-556-112-540-116-500L-128-330C-124-312-106-312-102-330L-88-440L88-440L102-330C106-312 124-312 128-330L116-500C112-540 100-556 58-568Z', skin) +
    path('M-92-500Q0-420 92-500C96-440 78-400 70-360C110-250 170-120 250 30C320 90 330 150 300 190Q0 240-330 190C-350 130-300 70-240 20C-170-120-110-250-70-360C-78-400-96-440-92-500Z', c) +
    line('M-30-350C-60-220-130-60-210 170M6-350C4-200-20 0-40 205M40-350C90-200 130-40 190 190', dark, 7, 'opacity="0.7"')
}

/** An umbrella whose handle ends at (0, 0). */
export function umbrella(light, mid, dark) {
  const rim = 'Q-250-318-200-290Q-150-330-100-290Q-50-330 0-290Q50-330 100-290Q150-330 200-290Q250-318 300-290'
  return line('M0-300L0 0', '#120c18', 10) + path(`M-300-290C-290-440-150-545 0-550C150-545 290-440 300-290Q250-318 200-290Q150-330 100-290Q50-330 0-290Q-50-330-100-290Q-150-330-200-290Q-250-318-300-290Z`, mid) +
    path('M0-550C-60-500-100-400-100-290Q-50-330 0-290Q50-330 100-290C100-400 60-500 0-550Z', light) +
    path('M0-550C-190-520-290-430-300-290Q-250-318-200-290C-195-400-110-500 0-550Z', dark) +
    line(`M-300-290${rim}`, dark, 4, 'opacity="0.5"') + line('M0-550L0-578', dark, 10)
}

const HAIR_PROFILE = {
  bob: (c) => path('M136-196C90-312-170-330-226-130C-256-10-246 130-196 232Q-120 262-44 226C-74 150-60 60-22 10C-4-30 40-70 96-96C130-120 152-150 136-196Z', c),
  bun: (c) => disc(-236, -190, 88, c, 82) + path('M138-190C90-300-140-316-206-150C-240-60-216 60-150 96C-110 90-84 60-66 20C-20-60 60-70 112-110C142-136 150-166 138-190Z', c),
  short: (c) => path('M164-168C176-330-150-352-214-160C-240-60-206 90-146 176C-120 170-100 120-92 70L-40 62L-30-30C-14-40 0-60 6-84C60-92 120-104 148-128C160-140 166-150 164-168Z', c),
  long: (c) => path('M136-196C90-312-170-330-226-130C-262 20-270 240-250 470Q-130 530-30 440C-90 260-76 90-22 10C-4-30 40-70 96-96C130-120 152-150 136-196Z', c),
}

/** Head and shoulders in profile, looking to the right. */
export function profile({ coat: c, dark, skin, shade, hair, style = 'bob', eye = '#1a1020', lips = shade }) {
  const face = 'M-20-250C80-262 146-215 164-140C170-105 167-82 161-62C159-48 166-36 173-22L203 40C208 54 201 64 185 67L174 71C172 80 177 87 185 95C190 105 182 112 173 115C183 121 184 133 176 143C166 151 166 161 170 173C176 203 162 232 128 237C88 242 52 226 30 206L26 330Q34 390 110 430L-180 440Q-122 380-124 300L-136 110C-230 40-230-230-20-250Z'
  return path(face, skin) +
    path('M30 206C0 190-40 150-60 100L-136 100L-124 300Q-126 350-150 400L60 420Q24 380 26 320Z', shade) +
    path('M-420 900C-440 620-330 470-176 392Q-60 470 96 398C220 450 300 600 310 900Z', c) +
    path('M-168 296C-214 380-214 450-176 530L-20 630L-10 486C-80 450-132 390-168 296ZM62 350C100 380 130 424 134 480L-10 630L-10 486Q44 446 62 350Z', dark) +
    line('M112-76Q136-92 160-76', eye, 9) + line('M122-34Q142-20 160-30', eye, 8) + line('M152-28L168-20', eye, 5) +
    line('M170 115Q154 116 146 108', lips, 7) + line('M178 60Q168 56 166 46', shade, 6) +
    HAIR_PROFILE[style](hair) +
    (style === 'short' || style === 'bun' ? path('M-66-10C-92-40-50-62-30-36C-10-10-40 50-58 46C-70 42-58 12-66-10Z', skin) + line('M-52-22C-40-26-38-8-52 10', shade, 6) : '')
}

/** Head and shoulders from behind. */
export function bustBehind({ coat: c, dark, skin, hair, style = 'bob' }) {
  const cuts = {
    bob: 'M-190-20C-210-320 210-320 190-20C196 90 220 150 204 226Q0 300-204 226C-220 150-196 90-190-20Z',
    bun: 'M-172-20C-190-300 190-300 172-20C172 90 110 150 0 154C-110 150-172 90-172-20Z',
    short: 'M-170-20C-186-300 186-300 170-20C166 60 120 120 0 124C-120 120-166 60-170-20Z',
  }
  return path('M-90 60L-96 330L96 330L90 60Z', skin) + disc(0, -10, 168, skin, 200) + path(cuts[style], hair) +
    (style === 'bun' ? disc(0, -264, 96, hair, 84) + line('M-92-232Q0-196 92-232', dark, 10) : '') +
    path('M-560 1000C-560 560-470 420-250 366Q-120 330-100 290Q0 350 100 290Q120 330 250 366C470 420 560 560 560 1000Z', c) +
    path('M-150 330Q0 420 150 330L112 256Q0 320-112 256Z', dark)
}

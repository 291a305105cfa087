// The parts without a browser: playlists, resume points, captions, the hazard and the budget.
import assert from 'node:assert/strict'
import test from 'node:test'
import { necessaryS, plan, type Situation } from '../src/media/budget'
import { emptyDwell, learn, swipeChance } from '../src/media/hazard'
import { parsePlaylist, segmentAt } from '../src/media/playlist'
import { resumeUs } from '../src/media/start'
import { parseVtt } from '../src/media/vtt'
import type { Item } from '../src/types'

const PLAYLIST = `#EXTM3U
#EXT-X-MAP:URI="v540.mp4",BYTERANGE="800@0"
#EXTINF:1.0,
#EXT-X-BYTERANGE:1000@800
v540.mp4
#EXTINF:2.0,
#EXT-X-BYTERANGE:3000
v540.mp4
#EXTINF:2.0,
#EXT-X-BYTERANGE:3100@4800
v540.mp4
`

test('playlist: ranges with and without offset, times add up', () => {
  const { init, segments } = parsePlaylist(PLAYLIST)
  assert.deepEqual(init, { uri: 'v540.mp4', start: 0, end: 800 })
  assert.deepEqual(segments.map((s) => [s.start, s.end, s.time]), [[800, 1800, 0], [1800, 4800, 1], [4800, 7900, 3]])
})

test('playlist: the first segment for a start time, as hls.js chooses it', () => {
  const playlist = parsePlaylist(PLAYLIST)
  for (const [time, start] of [[0, 0], [0.7, 0], [0.8, 1], [1, 1], [2.9, 3], [99, 0]] as const)
    assert.equal(segmentAt(playlist, time)?.time, start, `at ${time}`)
})

test('resume: neither the first seconds nor the last, and not what was seen whole', () => {
  const item = (position_us: number, watched = false) => ({ position_us, watched, duration_us: 60e6 }) as Item
  assert.equal(resumeUs(item(1e6)), 0)
  assert.equal(resumeUs(item(20e6)), 20e6)
  assert.equal(resumeUs(item(58e6)), 0)
  assert.equal(resumeUs(item(20e6, true)), 0)
})

test('captions: tags, entities, short times, comments, broken cues', () => {
  const cues = parseVtt('WEBVTT\r\n\r\nNOTE x\r\n\r\n1\r\n00:01.000 --> 00:02.500 align:start\r\n<v Mara>Who &amp; <i>where</i>?\r\nHere.\r\n\r\n00:05.000 --> 00:04.000\nno')
  assert.deepEqual(cues, [{ start: 1, end: 2.5, text: 'Who & where?\nHere.' }])
  assert.equal(parseVtt('WEBVTT\n\n01:00:00.000 --> 01:00:01.000\nhour')[0]?.start, 3600)
})

test('hazard: falls with watch time, learns from this session', () => {
  const dwell = emptyDwell()
  assert.ok(swipeChance(dwell, 0, 2) > swipeChance(dwell, 20, 2))
  assert.ok(swipeChance(dwell, 5, 10) > swipeChance(dwell, 5, 5))
  const before = swipeChance(dwell, 0, 2)
  for (let i = 0; i < 20; i++) learn(dwell, 1.5, true)
  assert.ok(swipeChance(dwell, 0, 2) > before)
  const patient = emptyDwell()
  for (let i = 0; i < 20; i++) learn(patient, 60, false)
  assert.ok(swipeChance(patient, 0, 2) < before)
})

const situation = (change: Partial<Situation> = {}): Situation => ({
  dwell: emptyDwell(), watchedS: 0, bufferedS: 5, leftS: 60, bytesPerS: 1_500_000, roundTripS: 0.05, segmentS: 2,
  segmentBytes: 250_000, neighbourBytes: [150_000, 150_000], waste: 0, saver: false, ...change,
})

test('budget: a slow network needs a longer buffer', () => {
  assert.ok(necessaryS(situation({ bytesPerS: 100_000 })) > necessaryS(situation()))
})

test('budget: buffers further for somebody who stays', () => {
  assert.ok(plan(situation({ watchedS: 40 })).aheadS > plan(situation({ watchedS: 1 })).aheadS)
})

test('budget: nothing for neighbours while the episode on screen is not safe', () => {
  assert.equal(plan(situation({ bufferedS: 0.1 })).neighbours, 0)
  assert.ok(plan(situation()).neighbours >= 1)
})

test('budget: the gate and the data saver stop what is not necessary', () => {
  const slow = { bytesPerS: 120_000, bufferedS: 20 }
  assert.equal(plan(situation(slow)).neighbours, 2)
  assert.equal(plan(situation({ ...slow, waste: 0.3 })).neighbours, 1)
  assert.equal(plan(situation({ ...slow, saver: true })).neighbours, 1)
  const late = situation({ watchedS: 40 })
  assert.equal(plan({ ...late, waste: 0.3 }).aheadS, necessaryS(late))
})

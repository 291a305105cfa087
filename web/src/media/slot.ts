// One of the three <video> elements with its hls.js instance. It is given an item, may be told to
// fetch its first segment (`warm`) so that its first frame is decoded while it is still off screen, is
// played, parked and given the next item. The element lives as long as the page: iOS allows sound only on
// elements that a finger has once started.
import Hls, { type HlsConfig, type ErrorData } from 'hls.js'
import { bytesPerSecond } from '../net/bandwidth'
import type { Item } from '../types'
import { itemLoader, masterUrl } from './loader'
import { mediaUrl, startPlan } from './start'
import { settle, type Fetched } from './waste'

/** A parked neighbour keeps its first segment and asks for nothing more. */
const PARKED_BUFFER_S = 0.1

export type SlotEvent = 'frame' | 'state' | 'ended' | 'error' | 'expired'

export class Slot {
  readonly video: HTMLVideoElement
  item: Item | null = null
  hasFrame = false
  failed = false
  private hls: Hls | null = null
  private fetched: Fetched[] = []
  private startS = 0
  private warmed = false
  private manifestReady = false
  private active = false
  private stopped = false
  private primed = false
  /** Where an unwatched or parked video rests. */
  private restS = 0

  constructor(private readonly playback: 'mse' | 'native', private readonly notify: (slot: Slot, what: SlotEvent) => void) {
    const video = (this.video = document.createElement('video'))
    video.playsInline = true
    video.muted = true
    video.preload = 'auto'
    video.disableRemotePlayback = true
    video.setAttribute('aria-hidden', 'true')
    video.tabIndex = -1
    video.addEventListener('loadeddata', () => this.awaitFrame())
    for (const type of ['play', 'pause', 'waiting', 'playing', 'seeking', 'seeked', 'volumechange', 'ratechange'])
      video.addEventListener(type, () => this.notify(this, 'state'))
    video.addEventListener('ended', () => this.notify(this, 'ended'))
    video.addEventListener('error', () => this.playback === 'native' && this.item && this.fail())
  }

  load(item: Item, levelCap: number): void {
    this.unload()
    this.item = item
    this.startS = this.restS = startPlan(item).seconds
    if (item.locked || !item.base || this.playback === 'native') return
    const hls = (this.hls = new Hls(this.config(item)))
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.manifestReady = true
      hls.autoLevelCapping = levelCap
      // The inlined rendition until the first frame: choosing another would ask for its playlist.
      hls.loadLevel = hls.levels.findIndex((level) => level.uri.endsWith(`/${item.start}.m3u8`))
      if (this.warmed) hls.startLoad(this.startS)
    })
    hls.on(Hls.Events.FRAG_BUFFERED, (_, { frag }) => {
      if (frag.sn === 'initSegment') return
      this.fetched.push({ start: frag.start, duration: frag.duration, bytes: frag.stats.total })
    })
    hls.on(Hls.Events.ERROR, (_, data) => this.onError(data))
    hls.loadSource(masterUrl(item))
    hls.attachMedia(this.video)
  }

  private config(item: Item): Partial<HlsConfig> {
    return {
      loader: itemLoader(item, () => this.active) as unknown as HlsConfig['loader'],
      autoStartLoad: false,
      enableWorker: false,
      startPosition: this.startS,
      maxBufferLength: PARKED_BUFFER_S,
      maxBufferSize: 0,
      backBufferLength: 120,
      capLevelToPlayerSize: true,
      abrEwmaDefaultEstimate: bytesPerSecond() * 8,
      lowLatencyMode: false,
      enableDateRangeMetadataCues: false,
      enableEmsgMetadataCues: false,
      enableID3MetadataCues: false,
      enableInterstitialPlayback: false,
    }
  }

  /** Fetches, appends and decodes the first segment; no more than that until it is played. */
  warm(): void {
    if (this.warmed || !this.item) return
    this.warmed = true
    if (this.playback === 'native') this.startNative(this.item)
    else if (this.manifestReady) this.hls?.startLoad(this.startS)
  }

  private startNative(item: Item): void {
    this.video.src = mediaUrl(item, 'master.m3u8')
    if (this.startS > 0)
      this.video.addEventListener('loadedmetadata', () => { this.video.currentTime = this.startS }, { once: true })
  }

  setAhead(seconds: number): void {
    if (this.hls) this.hls.config.maxBufferLength = this.hls.config.maxMaxBufferLength = seconds
  }

  activate(): void {
    this.active = true
    this.primed = false
    this.warm()
  }

  /** Loads on after the first frame; before it, nothing may stand in its way. */
  goOn(): void {
    this.setAhead(2)
    if (this.stopped) this.hls?.startLoad(-1, true)
    this.stopped = false
  }

  /** From here on hls.js chooses the rendition. */
  chooseFreely(): void {
    if (this.hls && this.hls.loadLevel !== -1 && !this.hls.autoLevelEnabled) this.hls.loadLevel = -1
  }

  /** A finger pulls this one in: it moves already, silently, so that letting go costs no start-up. */
  prime(): void {
    if (this.primed || this.active || !this.hasFrame) return
    this.primed = true
    this.video.muted = true
    this.video.play()?.catch(() => {})
  }

  /** The finger went back. */
  unprime(): void {
    if (!this.primed) return
    this.primed = false
    this.video.pause()
    this.video.currentTime = this.restS
  }

  /** Leaves the screen: stops loading at once, keeps what it has for a swipe back. */
  park(): void {
    if (!this.active) return
    this.active = false
    this.setAhead(PARKED_BUFFER_S)
    this.hls?.stopLoad()
    this.stopped = true
    this.video.pause()
    this.video.playbackRate = 1
    this.restS = this.video.currentTime
  }

  unload(): void {
    if (this.item) settle(this.fetched, this.video.played)
    this.hls?.destroy()
    this.hls = null
    if (this.playback === 'native') this.video.removeAttribute('src')
    this.fetched = []
    this.item = null
    this.hasFrame = this.failed = this.warmed = this.manifestReady = this.active = this.stopped = this.primed = false
    this.video.classList.remove('has-frame')
  }

  /** Seconds in the buffer ahead of the playhead. */
  bufferedS(): number {
    const { buffered, currentTime } = this.video
    for (let i = 0; i < buffered.length; i++)
      if (buffered.start(i) <= currentTime + 0.2 && buffered.end(i) > currentTime) return buffered.end(i) - currentTime
    return 0
  }

  get fetchedParts(): readonly Fetched[] { return this.fetched }

  retry(): void {
    const item = this.item
    if (!item) return
    const at = this.video.currentTime
    this.load(item, this.hls?.autoLevelCapping ?? -1)
    this.startS = at || this.startS
    this.activate()
  }

  // The element becomes visible when a frame is there, never before: what shows until then is the poster.
  private awaitFrame(): void {
    const item = this.item
    let isDone = false
    const show = () => {
      if (isDone || this.item !== item || !item) return
      isDone = true
      this.hasFrame = true
      this.video.classList.add('has-frame')
      this.notify(this, 'frame')
    }
    if ('requestVideoFrameCallback' in this.video) {
      this.video.requestVideoFrameCallback(show)
      // Off screen some browsers present nothing; the decoded frame is painted with the element.
      setTimeout(() => this.video.readyState >= 2 && !this.active && show(), 150)
    } else show()
  }

  private onError(data: ErrorData): void {
    const status = data.response?.code
    if (status === 403 || status === 410) {
      this.hls?.stopLoad()
      return this.notify(this, 'expired')
    }
    if (!data.fatal) return
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !this.failed) {
      this.failed = true
      return this.hls?.recoverMediaError()
    }
    this.fail()
  }

  private fail(): void {
    this.failed = true
    this.hls?.stopLoad()
    this.notify(this, 'error')
  }
}

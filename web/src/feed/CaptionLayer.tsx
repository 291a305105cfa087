// Captions drawn by the player: fetched only when they are wanted, in the viewer's language and size.
import { useEffect, useState } from 'preact/hooks'
import { settings } from '../app/settings'
import { useStore } from '../app/store'
import { currentLang } from '../i18n'
import { parseVtt, type Cue } from '../media/vtt'
import type { CaptionFile, Item } from '../types'

const files = new Map<string, Promise<Cue[]>>()

function load(url: string): Promise<Cue[]> {
  let cues = files.get(url)
  if (!cues) {
    cues = fetch(url).then((r) => (r.ok ? r.text() : '')).then(parseVtt)
    cues.catch(() => files.delete(url))
    files.set(url, cues)
  }
  return cues
}

/** The viewer's caption language, the interface's, the episode's own, the first. */
export function pickCaptions(item: Item, wanted: string | null): CaptionFile | undefined {
  const same = (tag: string | null) => item.captions.find((c) => !!tag && c.lang.slice(0, 2) === tag.slice(0, 2))
  return same(wanted) ?? same(currentLang()) ?? same(item.language) ?? item.captions[0]
}

export function CaptionLayer({ item, video, isMuted }: { item: Item; video: HTMLVideoElement; isMuted: boolean }) {
  const { captions, captionLang, captionSize } = useStore(settings)
  const isForeign = item.language.slice(0, 2) !== currentLang()
  const isOn = captions === 'on' || (captions === 'auto' && (isMuted || isForeign))
  const file = isOn ? pickCaptions(item, captionLang) : undefined
  const [cues, setCues] = useState<Cue[]>([])
  const [now, setNow] = useState('')

  useEffect(() => {
    setCues([])
    if (!file) return
    let isCurrent = true
    load(item.base + file.file).then((all) => isCurrent && setCues(all), () => {})
    return () => { isCurrent = false }
  }, [item.episode, file?.file])

  useEffect(() => {
    let frame = 0
    const draw = () => {
      const at = video.currentTime
      setNow(cues.filter((c) => c.start <= at && at < c.end).map((c) => c.text).join('\n'))
      frame = requestAnimationFrame(draw)
    }
    if (cues.length) draw()
    else setNow('')
    return () => cancelAnimationFrame(frame)
  }, [cues, video])

  if (!now) return null
  return <p class={`captions size-${captionSize}`} lang={file?.lang} dir="auto"><span>{now}</span></p>
}

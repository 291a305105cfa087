// What this viewer chose, kept in this browser. Nothing here is needed by the server.
import { createStore } from './store'

export type CaptionMode = 'auto' | 'on' | 'off'
export interface Settings {
  lang: string | null
  muted: boolean
  /** False until the viewer has touched the sound button once. */
  soundChosen: boolean
  captions: CaptionMode
  captionLang: string | null
  captionSize: 0 | 1 | 2
  dataSaver: boolean
  reducedMotion: boolean
  autoNext: boolean
}

const KEY = 'dl.settings'
const connection = (navigator as { connection?: { saveData?: boolean } }).connection
const defaults: Settings = {
  lang: null, muted: false, soundChosen: false, captions: 'auto', captionLang: null, captionSize: 1,
  dataSaver: connection?.saveData === true,
  reducedMotion: false,
  autoNext: true,
}

function stored(): Partial<Settings> {
  try { return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings> } catch { return {} }
}

export const settings = createStore<Settings>({ ...defaults, ...stored() }, (value) => {
  try { localStorage.setItem(KEY, JSON.stringify(value)) } catch { /* private mode: lasts for this visit */ }
})

/** The viewer's choice here, or the system's. */
export const isMotionReduced = () =>
  settings.get().reducedMotion || matchMedia('(prefers-reduced-motion: reduce)').matches

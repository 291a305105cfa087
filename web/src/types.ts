// The JSON that the server sends, as agreed in its API description. Nothing here is computed.

export interface Variant {
  name: string; bandwidth: number; codecs: string
  width: number; height: number; frame_rate: string
}
export interface Storyboard {
  file: string; vtt: string; columns: number; rows: number
  tile_width: number; tile_height: number; interval_us: number
}
export interface CaptionFile { lang: string; file: string }

/** One episode, with everything that its first frame needs. */
export interface Item {
  episode: string; series: string; season: number; number: number; episodes: number
  title: string; series_title: string; synopsis: string; language: string
  genres: string[]; rating: string; creator: string
  is_test_footage: boolean; synthetic_voice: boolean; ai_use: string
  duration_us: number; width: number; height: number; fit: 'fill' | 'blur' | 'crop' | 'keep'
  poster: string; preview: string
  captions: CaptionFile[]; storyboard: Storyboard | null
  variants: Variant[]; audio_codecs: string | null; complete: boolean
  start: string; video_playlist: string; audio_playlist: string | null
  video_init: string; audio_init: string | null
  base: string; likes: number; liked: boolean; saved: boolean
  position_us: number; watched: boolean; next: string | null; locked: boolean
}
export interface Page<T> { items: T[]; next: string | null }

export interface EpisodeRow {
  id: string; number: number; title: string; synopsis: string; duration_us: number; state: string
  poster: string; preview: string; position_us: number; watched: boolean; locked: boolean
  publish_at: string | null
}
export interface Season { number: number; title: string; episodes: EpisodeRow[] }
export interface Person { name: string; role: string }
export interface SeriesInfo {
  id: string; title: string; synopsis: string; language: string; genres: string[]; hashtags: string[]
  rating: string; content_notes: string[]; cast: Person[]; credits: Person[]; creator: string
  cover: string | null; episodes_count: number; duration_us: number; ai_use: string
  synthetic_voice: boolean; is_test_footage: boolean; filing_number: string; published_at: string
}
export interface Previously { episode: string; number: number; title: string; synopsis: string; poster: string }
export interface Resume { episode: string; position_us: number; days_away: number; previously: Previously[] }
export interface SeriesPage { series: SeriesInfo; seasons: Season[]; resume: Resume | null; saved: boolean }

/** A row of search and browse. */
export interface Found {
  series: string; title: string; synopsis: string; cover?: string | null; poster?: string | null
  preview: string; episodes_count: number; matched?: string; episode?: string | null; genres: string[]
}
/** A row of "continue watching", likes and saved. */
export interface Watching {
  series: string; series_title: string; episode: string; number: number; episodes: number
  position_us: number; duration_us: number; poster: string; preview: string; updated_at: string
}
export interface Genre { name: string; count: number }
export interface Viewer { viewer: string; is_anonymous: boolean; role: string }

export interface Boot {
  page: 'feed' | 'series' | 'episode' | 'search' | 'me'
  feed?: Page<Item>; series?: SeriesPage; lang: string; viewer?: Viewer
}

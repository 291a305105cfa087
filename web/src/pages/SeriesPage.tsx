// One series: what it is, where I was, what happened before, its episodes and people.
import { useState } from 'preact/hooks'
import { boot } from '../app/boot'
import { go } from '../app/router'
import { Labels } from '../feed/Labels'
import { genreName, label, languageName, useText } from '../i18n'
import { api } from '../net/api'
import type { Person, SeriesPage as Data } from '../types'
import { Bones } from '../ui/Bones'
import { Failed } from '../ui/Failed'
import { Icon } from '../ui/Icon'
import { Picture } from '../ui/Picture'
import { toast } from '../ui/toasts'
import { useLoad } from '../ui/useLoad'
import { EpisodeGrid } from './EpisodeGrid'
import { PageHead } from './PageHead'
import { PreviouslyStrip } from './PreviouslyStrip'

export function SeriesPage({ id }: { id: string }) {
  const t = useText()
  const given = boot.page === 'series' && boot.series?.series.id === id ? boot.series : null
  const page = useLoad(() => api.series(id), [id], given)
  return (
    <main class="page series-page">
      <PageHead title={page.value?.series.title ?? ''} isOver />
      {page.error ? <Failed error={page.error} onRetry={page.retry} /> : page.value ? <Body data={page.value} /> : <><Bones kind="series" /><Bones kind="rows" /></>}
      <span class="sr-only" role="status">{page.value || page.error ? '' : t.loading}</span>
    </main>
  )
}

function Body({ data }: { data: Data }) {
  const t = useText()
  const { series, seasons, resume } = data
  const [isSaved, setSaved] = useState(data.saved)
  const all = seasons.flatMap((s) => s.episodes).filter((e) => e.state === 'published')
  const first = all[0]
  const target = all.find((e) => e.id === resume?.episode) ?? first
  const cover = series.cover ?? first?.poster
  const save = () => {
    setSaved(!isSaved)
    api.save(series.id, !isSaved).then(() => toast(isSaved ? t.unsavedToast : t.savedToast), () => { setSaved(isSaved); toast(t.notSent) })
  }
  return (
    <>
      <header class="series-hero">
        <Picture class="series-cover" src={cover} preview={first?.preview} eager />
        <div class="series-words" dir="auto">
          <Labels item={series} />
          <h1>{series.title}</h1>
          <p class="series-facts">
            {[t.episodesCount(series.episodes_count), t.minutes(Math.max(1, Math.round(series.duration_us / 60e6))), languageName(series.language),
              series.rating === 'all' ? t.allAges : ''].filter(Boolean).join(' · ')}
          </p>
          <div class="button-row">
            {target && (
              <button class="button primary" onClick={() => go(`/e/${target.id}`)}>
                <Icon name="play" size={20} filled />{resume ? t.resumeEpisode(target.number) : t.watchFirst}
              </button>
            )}
            <button class="button" aria-pressed={isSaved} onClick={save}><Icon name="bookmark" size={20} filled={isSaved} />{isSaved ? t.saved : t.save}</button>
          </div>
        </div>
      </header>
      {resume && resume.previously.length > 0 && <PreviouslyStrip resume={resume} />}
      <p class="series-synopsis" dir="auto">{series.synopsis}</p>
      <p class="tag-row">
        {series.genres.map((g) => <button key={g} class="pill" onClick={() => go(`/search?genre=${encodeURIComponent(g)}`)}>{genreName(g)}</button>)}
        {series.hashtags.map((h) => <button key={h} class="pill quiet" onClick={() => go(`/search?q=${encodeURIComponent(h)}`)}>#{h}</button>)}
      </p>
      {series.content_notes.length > 0 && <p class="series-facts">{t.contentNotes}: {series.content_notes.map(label).join(', ')}</p>}
      <h2>{t.episodes}</h2>
      {all.length || seasons.length ? <EpisodeGrid seasons={seasons} current={resume?.episode} onChoose={(e) => go(`/e/${e}`)} /> : <p>{t.nothingHere}</p>}
      <People title={t.cast} people={series.cast} />
      <People title={t.credits} people={series.credits} />
      <p class="series-facts">{[series.creator && t.by(series.creator), series.filing_number && `${t.filing} ${series.filing_number}`].filter(Boolean).join(' · ')}</p>
    </>
  )
}

function People({ title, people }: { title: string; people: Person[] }) {
  if (!people.length) return null
  return (
    <>
      <h2>{title}</h2>
      <dl class="people">
        {people.map((p) => <div key={p.name + p.role}><dt dir="auto">{p.name}</dt><dd dir="auto">{p.role}</dd></div>)}
      </dl>
    </>
  )
}

// Search as one types; before that genres, what was started, and everything there is.
import { useEffect, useRef, useState } from 'preact/hooks'
import { go, rename } from '../app/router'
import { genreName, useText } from '../i18n'
import { api } from '../net/api'
import { Bones } from '../ui/Bones'
import { Failed } from '../ui/Failed'
import { Icon } from '../ui/Icon'
import { Notice } from '../ui/Notice'
import { useLoad } from '../ui/useLoad'
import { FoundGrid } from './FoundGrid'
import { WatchingRow } from './WatchingRow'

const DEBOUNCE_MS = 180

function useDebounced(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

const address = (q: string, genre: string) =>
  '/search' + (q ? `?q=${encodeURIComponent(q)}` : genre ? `?genre=${encodeURIComponent(genre)}` : '')

export function SearchPage({ q: startQ, genre: startGenre }: { q: string; genre: string }) {
  const t = useText()
  const [q, setQ] = useState(startQ)
  const [genre, setGenre] = useState(startGenre)
  const [sort, setSort] = useState<'new' | 'popular'>('popular')
  const input = useRef<HTMLInputElement>(null)
  const settled = useDebounced(q.trim())
  useEffect(() => { setQ(startQ); setGenre(startGenre) }, [startQ, startGenre])
  useEffect(() => { rename(address(settled, genre)) }, [settled, genre])

  return (
    <main class="page search-page">
      <h1 class="sr-only">{t.search}</h1>
      <form class="search-box" role="search" onSubmit={(e) => { e.preventDefault(); input.current?.blur() }}>
        <Icon name="search" size={20} />
        <input ref={input} type="search" value={q} placeholder={t.searchHint} aria-label={t.searchLabel} dir="auto" maxLength={80}
          autocomplete="off" enterkeyhint="search" onInput={(e) => setQ(e.currentTarget.value)} />
        {q && <button type="button" class="icon-button" aria-label={t.clear} onClick={() => { setQ(''); input.current?.focus() }}><Icon name="close" size={20} /></button>}
      </form>
      {settled ? <Results q={settled} onGenre={(g) => { setQ(''); setGenre(g) }} />
        : <Browse genre={genre} sort={sort} onGenre={setGenre} onSort={setSort} />}
    </main>
  )
}

function Genres({ genre, onGenre }: { genre: string; onGenre: (g: string) => void }) {
  const t = useText()
  const genres = useLoad(api.genres, [])
  return (
    <div class="chip-row" role="group" aria-label={t.browse}>
      {['', ...(genres.value?.items.map((g) => g.name) ?? [])].map((g) => (
        <button key={g} class="pill" aria-pressed={g === genre} onClick={() => onGenre(g)}>{g ? genreName(g) : t.allGenres}</button>
      ))}
    </div>
  )
}

function Results({ q, onGenre }: { q: string; onGenre: (g: string) => void }) {
  const t = useText()
  const found = useLoad(() => api.search(q), [q])
  if (found.error) return <Failed error={found.error} onRetry={found.retry} />
  if (!found.value) return <Bones kind="grid" />
  const { items } = found.value
  return (
    <>
      <p class="count" role="status">{items.length ? t.results(items.length) : ''}</p>
      {items.length ? <FoundGrid items={items} />
        : <><Notice icon="search" title={t.nothingFound(q)} hint={t.nothingFoundHint} compact /><Genres genre="" onGenre={onGenre} /></>}
    </>
  )
}

interface BrowseProps { genre: string; sort: 'new' | 'popular'; onGenre: (g: string) => void; onSort: (s: 'new' | 'popular') => void }

function Browse({ genre, sort, onGenre, onSort }: BrowseProps) {
  const t = useText()
  const all = useLoad(() => api.browse(genre, sort), [genre, sort])
  const started = useLoad(() => api.list('continue'), [])
  return (
    <>
      <Genres genre={genre} onGenre={onGenre} />
      {!genre && !!started.value?.items.length && (
        <section><h2>{t.continueWatching}</h2><WatchingRow items={started.value.items} /></section>
      )}
      <section>
        <div class="section-head">
          <h2>{genre ? genreName(genre) : t.browse}</h2>
          <span class="segmented" role="group">
            <button aria-pressed={sort === 'popular'} onClick={() => onSort('popular')}>{t.popular}</button>
            <button aria-pressed={sort === 'new'} onClick={() => onSort('new')}>{t.newest}</button>
          </span>
        </div>
        {all.error ? <Failed error={all.error} onRetry={all.retry} /> : !all.value ? <Bones kind="grid" />
          : all.value.items.length ? <FoundGrid items={all.value.items} />
            : <Notice icon="play" title={t.nothingHere} action={t.startWatching} onAction={() => go('/')} compact />}
      </section>
    </>
  )
}

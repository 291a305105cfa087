// What is mine: started, liked, saved; and how the player behaves.
import { useState } from 'preact/hooks'
import { go } from '../app/router'
import { settings } from '../app/settings'
import { useStore } from '../app/store'
import { installApp, useCanInstall } from '../app/install'
import { languages, useText } from '../i18n'
import { api } from '../net/api'
import { CaptionSettings } from '../sheets/CaptionSettings'
import { Bones } from '../ui/Bones'
import { Choice } from '../ui/Choice'
import { Failed } from '../ui/Failed'
import { Icon } from '../ui/Icon'
import { Notice } from '../ui/Notice'
import { Toggle } from '../ui/Toggle'
import { useLoad } from '../ui/useLoad'
import { WatchingRow } from './WatchingRow'

type ListName = 'continue' | 'likes' | 'saved'

export function MePage() {
  const t = useText()
  const me = useLoad(api.me, [])
  const [list, setList] = useState<ListName>('continue')
  const names: [ListName, string][] = [['continue', t.continueWatching], ['likes', t.likes], ['saved', t.savedList]]
  const isGuest = me.value?.is_anonymous !== false
  return (
    <main class="page me-page">
      <header class="me-head">
        <span class="avatar" aria-hidden="true"><Icon name="me" size={32} /></span>
        <div><h1>{isGuest ? t.guest : t.meTitle}</h1>{isGuest && <p class="series-facts">{t.guestHint}</p>}</div>
      </header>
      <div class="tabs" role="tablist">
        {names.map(([name, title]) => (
          <button key={name} role="tab" id={`tab-${name}`} aria-controls="me-list" aria-selected={name === list} onClick={() => setList(name)}>{title}</button>
        ))}
      </div>
      <div id="me-list" role="tabpanel" aria-labelledby={`tab-${list}`}><List key={list} name={list} /></div>
      <Preferences />
    </main>
  )
}

function List({ name }: { name: ListName }) {
  const t = useText()
  const page = useLoad(() => api.list(name), [name])
  const empty = { continue: t.emptyContinue, likes: t.emptyLikes, saved: t.emptySaved }[name]
  if (page.error) return <Failed error={page.error} onRetry={page.retry} />
  if (!page.value) return <Bones kind="grid" />
  if (!page.value.items.length) return <Notice title={empty} action={t.startWatching} onAction={() => go('/')} compact />
  return <WatchingRow items={page.value.items} />
}

function Preferences() {
  const t = useText()
  const s = useStore(settings)
  const canInstall = useCanInstall()
  const langs: [string | null, string][] = [[null, t.systemLanguage], ...Object.entries(languages)]
  return (
    <section class="preferences">
      <h2>{t.settings}</h2>
      <Choice label={t.language} value={s.lang} options={langs} onChange={(lang) => settings.set({ lang })} />
      <CaptionSettings />
      <h2>{t.playbackSettings}</h2>
      <Toggle label={t.autoNext} isOn={s.autoNext} onChange={(autoNext) => settings.set({ autoNext })} />
      <Toggle label={t.dataSaver} hint={t.dataSaverHint} isOn={s.dataSaver} onChange={(dataSaver) => settings.set({ dataSaver })} />
      <Toggle label={t.reducedMotion} hint={t.reducedMotionHint} isOn={s.reducedMotion} onChange={(reducedMotion) => settings.set({ reducedMotion })} />
      {canInstall && <button class="button" onClick={installApp}>{t.install}</button>}
    </section>
  )
}

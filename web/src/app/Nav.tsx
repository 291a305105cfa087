// The three places: at the thumb on a phone, at the side on a desk.
import { useText } from '../i18n'
import { Icon, type IconName } from '../ui/Icon'
import { Logo } from '../ui/Logo'
import { go, type Route } from './router'

export function Nav({ now }: { now: Route }) {
  const t = useText()
  const places: [string, IconName, string, boolean][] = [
    ['/', 'home', t.home, now.page === 'feed' || now.page === 'episode'],
    ['/search', 'search', t.search, now.page === 'search' || now.page === 'series'],
    ['/me', 'me', t.me, now.page === 'me'],
  ]
  return (
    <nav class="nav" aria-label="Dramalet">
      <span class="nav-brand"><Logo /></span>
      {places.map(([path, icon, name, isHere]) => (
        <a key={path} href={path} aria-current={isHere ? 'page' : undefined} onClick={(e) => { e.preventDefault(); go(path) }}>
          <Icon name={icon} filled={isHere && icon !== 'search'} /><span>{name}</span>
        </a>
      ))}
    </nav>
  )
}

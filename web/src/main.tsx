// Where the client starts. The first video is set going before anything is drawn.
import { render } from 'preact'
import { App } from './app/App'
import { boot } from './app/boot'
import { thePlayer } from './feed/useFeed'
import { playback } from './media/support'
import './styles/index.css'

const first = boot.feed?.items[0]
if (first && playback() !== 'none') {
  thePlayer().use((index) => boot.feed?.items[index])
  thePlayer().show(0)
}
render(<App />, document.getElementById('root')!)

if ('serviceWorker' in navigator && isSecureContext)
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => {}))

// A link that unfurls: the system's own share sheet where there is one, else copied.
import { useState } from 'preact/hooks'
import { useText } from '../i18n'
import type { Item } from '../types'
import { Icon } from '../ui/Icon'
import { Sheet } from '../ui/Sheet'
import { toast } from '../ui/toasts'

export function ShareSheet({ item, onClose }: { item: Item; onClose: () => void }) {
  const t = useText()
  const [isByHand, setByHand] = useState(false)
  const url = new URL(`/e/${item.episode}`, location.href).href
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url)
      toast(t.linkCopied)
      onClose()
    } catch {
      setByHand(true)
    }
  }
  const shareVia = () => navigator.share({ title: `${item.series_title} · ${t.episodeN(item.number)}`, url }).then(onClose, () => {})
  return (
    <Sheet title={t.shareTitle} onClose={onClose}>
      <div class="share-card">
        <img src={item.base + item.poster} alt="" />
        <div dir="auto">
          <p class="share-title">{item.series_title}</p>
          <p>{t.episodeOf(item.number, item.episodes)}</p>
        </div>
      </div>
      {isByHand && <label class="share-hand">{t.copyFailed}<input readOnly value={url} onFocus={(e) => e.currentTarget.select()} /></label>}
      <div class="button-row">
        <button class="button primary" onClick={copy}><Icon name="link" size={20} />{t.copyLink}</button>
        {'share' in navigator && <button class="button" onClick={shareVia}><Icon name="share" size={20} />{t.shareVia}</button>}
      </div>
    </Sheet>
  )
}

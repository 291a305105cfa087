// Captions, speed, sleep timer, picture in picture.
import { useState } from 'preact/hooks'
import { settings } from '../app/settings'
import { useStore } from '../app/store'
import { sleep } from '../feed/sleep'
import { useText } from '../i18n'
import type { Player } from '../media/player'
import type { Item } from '../types'
import { Choice } from '../ui/Choice'
import { Icon } from '../ui/Icon'
import { Sheet } from '../ui/Sheet'
import { toast } from '../ui/toasts'
import { CaptionSettings } from './CaptionSettings'

const SPEEDS = [0.75, 1, 1.25, 1.5, 2]
const SLEEP_MINUTES = [15, 30, 60]
const AFTER_EPISODE = -1

async function togglePip(video: HTMLVideoElement): Promise<boolean> {
  if (document.pictureInPictureElement) await document.exitPictureInPicture()
  else if (document.pictureInPictureEnabled) await video.requestPictureInPicture()
  else return false
  return true
}

export function MoreSheet({ item, player, onClose }: { item: Item; player: Player; onClose: () => void }) {
  const t = useText()
  const { minutes, afterEpisode } = useStore(sleep)
  const { autoNext } = useStore(settings)
  const { video } = player.current
  const [rate, setRate] = useState(video.playbackRate)
  const pip = () => {
    togglePip(video).then((isThere) => (isThere ? onClose() : toast(t.pipMissing)), () => toast(t.pipMissing))
  }
  return (
    <Sheet title={t.more} onClose={onClose} tall>
      <CaptionSettings item={item} />
      <Choice label={t.speed} value={rate} options={SPEEDS.map((s) => [s, s === 1 ? t.normal : `${s}×`])}
        onChange={(s) => { video.playbackRate = s; setRate(s) }} />
      <Choice label={t.sleepTimer} value={afterEpisode ? AFTER_EPISODE : minutes}
        options={[[0, t.sleepOff], ...SLEEP_MINUTES.map((m): [number, string] => [m, t.sleepMinutes(m)]), [AFTER_EPISODE, t.sleepEpisode]]}
        onChange={(m) => sleep.start(player, Math.max(0, m), m === AFTER_EPISODE)} />
      <Choice label={t.autoNext} value={autoNext ? 1 : 0} options={[[1, t.captionsOn], [0, t.captionsOff]]}
        onChange={(on) => settings.set({ autoNext: on === 1 })} />
      <button class="row-button" onClick={pip}><Icon name="pip" />{t.pip}</button>
      <p class="sheet-note keys-note"><strong>{t.keys}</strong> {t.keysHelp}</p>
    </Sheet>
  )
}

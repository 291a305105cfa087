// Whether, in which language and how big captions are; with an item, only languages that it has.
import { settings } from '../app/settings'
import { useStore } from '../app/store'
import { pickCaptions } from '../feed/CaptionLayer'
import { languageName, useText } from '../i18n'
import type { Item } from '../types'
import { Choice } from '../ui/Choice'

export function CaptionSettings({ item }: { item?: Item }) {
  const t = useText()
  const { captions, captionLang, captionSize } = useStore(settings)
  if (item && !item.captions.length) return <p class="sheet-note">{t.noCaptions}</p>
  return (
    <>
      <Choice label={t.captions} value={captions} onChange={(mode) => settings.set({ captions: mode })}
        options={[['auto', t.captionsAuto], ['on', t.captionsOn], ['off', t.captionsOff]]} />
      {item && item.captions.length > 1 && (
        <Choice label={t.captionLanguage} value={pickCaptions(item, captionLang)?.lang ?? null}
          options={item.captions.map((c) => [c.lang, languageName(c.lang)])} onChange={(lang) => settings.set({ captionLang: lang })} />
      )}
      <Choice label={t.captionSize} value={captionSize} onChange={(size) => settings.set({ captionSize: size })}
        options={[[0, t.small], [1, t.medium], [2, t.large]]} />
    </>
  )
}

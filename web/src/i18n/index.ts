// Which language the interface speaks: the viewer's setting, the server's choice (Accept-Language),
// the browser's. A missing key is a type error in zh.ts or es.ts.
import { boot } from '../app/boot'
import { settings } from '../app/settings'
import { useStore } from '../app/store'
import { en, type Messages } from './en'
import { es } from './es'
import { genres } from './genres'
import { zh } from './zh'

export const languages = { en: 'English', zh: '简体中文', es: 'Español' } as const
export type Lang = keyof typeof languages
const tables: Record<Lang, Messages> = { en, zh, es }

const isLang = (tag: string): tag is Lang => tag in tables

export function currentLang(): Lang {
  const wanted = [settings.get().lang, boot.lang, ...navigator.languages]
  for (const tag of wanted) {
    const base = tag?.slice(0, 2).toLowerCase() ?? ''
    if (isLang(base)) return base
  }
  return 'en'
}

export function useText(): Messages {
  useStore(settings)
  return tables[currentLang()]
}

/** For code outside components. */
export const text = (): Messages => tables[currentLang()]

/** A language's own name; the code where the browser does not know it. */
export function languageName(tag: string): string {
  try { return new Intl.DisplayNames([currentLang()], { type: 'language' }).of(tag) ?? tag } catch { return tag }
}

/** A lower-case word of the catalogue, as a label. */
export const label = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).replace(/[-_]/g, ' ')

export const genreName = (name: string) => genres[currentLang()][name.toLowerCase().replace(/[-_]/g, ' ')] ?? label(name)

// What the server put in the page.
import type { Boot } from '../types'

function read(): Boot {
  try {
    const value = JSON.parse(document.getElementById('boot')?.textContent ?? 'null') as Boot | null
    if (value) return value
  } catch { /* a page without a boot payload: everything is asked for */ }
  return { page: 'feed', lang: document.documentElement.lang || 'en' }
}

export const boot = read()

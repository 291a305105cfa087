// The browser's offer to install the app, kept until the viewer asks for it.
import { createStore, useStore } from './store'

interface InstallEvent extends Event { prompt(): Promise<unknown> }
const store = createStore<{ offer: InstallEvent | null }>({ offer: null })

addEventListener('beforeinstallprompt', (e) => {
  e.preventDefault()
  store.set({ offer: e as InstallEvent })
})

export const useCanInstall = () => useStore(store).offer !== null
export const installApp = () => void store.get().offer?.prompt().then(() => store.set({ offer: null }))

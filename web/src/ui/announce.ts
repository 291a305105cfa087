// Tells screen readers what changed without moving their focus.
let region: HTMLElement | null = null

export function announce(message: string): void {
  if (!region) {
    region = document.createElement('div')
    region.className = 'sr-only'
    region.setAttribute('role', 'status')
    region.setAttribute('aria-live', 'polite')
    document.body.append(region)
  }
  region.textContent = message
}

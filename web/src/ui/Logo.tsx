// The mark: a "d" whose stem is the upright screen and whose bowl is the stage light on it.
export function Logo() {
  return (
    <span class="logo">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M21.500 3h3A1.500 1.500 0 0 1 26 4.500v23a1.500 1.500 0 0 1-1.500 1.500h-3A1.500 1.500 0 0 1 20 27.500v-23A1.500 1.500 0 0 1 21.500 3z" fill="currentColor" />
        <path d="M18.500 13.200v13.600A8.800 8.800 0 1 1 18.500 13.200z" fill="var(--brand)" />
        <path d="M9.200 15.700v8.600l6.900-4.300z" fill="#0b0a11" />
      </svg>
      <span>Dramalet</span>
    </span>
  )
}

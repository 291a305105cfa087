// All icons: one 24-unit grid, one stroke width. Filled ones say so.
const paths = {
  home: 'M4 11.2 12 4l8 7.2V20h-5.5v-5.5h-5V20H4z',
  search: 'M10.8 17.6a6.8 6.8 0 1 0 0-13.6 6.8 6.8 0 0 0 0 13.6zM16 16l4.5 4.5',
  me: 'M12 12.2a4.1 4.1 0 1 0 0-8.2 4.1 4.1 0 0 0 0 8.2zM4.2 20.5c.8-3.6 4-5.4 7.8-5.4s7 1.8 7.8 5.4',
  heart: 'M12 20S3.8 15.2 3.8 9.4C3.8 6.7 5.9 4.8 8.2 4.8c1.6 0 3 .9 3.8 2.3.8-1.4 2.2-2.3 3.8-2.3 2.3 0 4.4 1.9 4.4 4.6C20.2 15.2 12 20 12 20z',
  bookmark: 'M6.5 4h11v16.2L12 16.4l-5.500 3.8z',
  list: 'M4 6.500h16M4 12h10M4 17.500h10M17.500 12v7l4-3.500z',
  share: 'M13.5 5.2 20.500 11l-7 5.800v-3.600c-4.500 0-7.500 1.300-9.800 4.800.6-5.500 3.900-9 9.800-9.400z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14.500 5 7.500 12l7 7',
  up: 'M5 14.500 12 7.500l7 7', down: 'M5 9.500 12 16.500l7-7',
  play: 'M8 5.200v13.600L19 12z', pause: 'M8 5v14M16 5v14',
  muted: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5',
  sound: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11',
  captions: 'M4 5.500h16v13H4zM10.500 10.500a2.200 2.200 0 1 0 0 3M17 10.500a2.200 2.200 0 1 0 0 3',
  speed: 'M5 18a9 9 0 1 1 14 0M12 13.500l4-4.500', moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z',
  pip: 'M4 5h16v14H4zM12.500 12.500H18V17h-5.500z', check: 'M5 12.500l4.500 4.500L19 7.500',
  lock: 'M6.500 11h11v9h-11zM8.500 11V8a3.500 3.500 0 0 1 7 0v3', link: 'M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1',
  replay: 'M5 5v5h5M5.500 10A7.500 7.500 0 1 1 4.500 14', cloudOff: 'M4 4l16 16M8 8.500A5.500 5.500 0 0 0 7 19h10M18.500 17.500A4.500 4.500 0 0 0 16.500 10a6 6 0 0 0-5-3.500',
  expand: 'M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5',
} as const
export type IconName = keyof typeof paths

export function Icon({ name, filled = false, size = 24 }: { name: IconName; filled?: boolean; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor" stroke-width={name === 'more' ? 3 : 1.8} stroke-linecap="round" stroke-linejoin="round">
      <path d={paths[name]} />
    </svg>
  )
}

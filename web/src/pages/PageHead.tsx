import { back } from '../app/router'
import { useText } from '../i18n'
import { Icon } from '../ui/Icon'

/** `isOver`: lies over a picture, and its title is only for screen readers (the page shows it itself). */
export function PageHead({ title, isOver }: { title: string; isOver?: boolean }) {
  const t = useText()
  return (
    <header class={isOver ? 'page-head over' : 'page-head'}>
      <button class="icon-button" aria-label={t.back} onClick={back}><span class="flip"><Icon name="back" /></span></button>
      {!isOver && <h1>{title}</h1>}
    </header>
  )
}

// A poster over its tiny preview: never an empty box.
import { previewUrl } from '../media/thumbhash'

interface Props { src?: string | null; preview?: string; alt?: string; class?: string; eager?: boolean }

export function Picture({ src, preview, alt = '', class: name = '', eager }: Props) {
  return (
    <span class={`picture ${name}`} style={preview ? { backgroundImage: previewUrl(preview) } : undefined}>
      {src && <img src={src} alt={alt} loading={eager ? 'eager' : 'lazy'} decoding="async"
        onError={(e) => e.currentTarget.remove()} />}
    </span>
  )
}

// WebVTT as far as captions need it: times and text, tags removed, line breaks kept.

export interface Cue { start: number; end: number; text: string }

const TIME = /(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})/
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', nbsp: '\u00a0', lrm: '\u200e', rlm: '\u200f' }

function seconds(text: string): number {
  const m = TIME.exec(text)
  return m ? Number(m[1] ?? 0) * 3600 + Number(m[2]) * 60 + Number(m[3]) + Number(m[4]) / 1000 : NaN
}

const plain = (text: string) =>
  text.replace(/<[^>]*>/g, '').replace(/&(\w+);/g, (all, name: string) => entities[name] ?? all)

export function parseVtt(file: string): Cue[] {
  const cues: Cue[] = []
  for (const block of file.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n')
    const at = lines.findIndex((line) => line.includes('-->'))
    if (at < 0) continue
    const [from, to] = lines[at]!.split('-->')
    const cue = { start: seconds(from ?? ''), end: seconds(to ?? ''), text: plain(lines.slice(at + 1).join('\n')).trim() }
    if (cue.end > cue.start && cue.text) cues.push(cue)
  }
  return cues
}

// What genres are called. Packages name them in English by custom; a name that is not here stays as it was written.
import type { Lang } from './index'

export const genres: Record<Lang, Record<string, string>> = {
  en: {},
  zh: {
    suspense: '悬疑', mystery: '悬疑推理', thriller: '惊悚', romance: '爱情', family: '家庭', comedy: '喜剧', drama: '剧情',
    revenge: '复仇', documentary: '纪录', fantasy: '奇幻', action: '动作', history: '历史', historical: '古装', horror: '恐怖',
    crime: '犯罪', youth: '青春', 'science fiction': '科幻', 'slice of life': '日常', workplace: '职场', 'time travel': '穿越', experiment: '实验',
  },
  es: {
    suspense: 'Suspense', mystery: 'Misterio', thriller: 'Thriller', romance: 'Romance', family: 'Familia', comedy: 'Comedia', drama: 'Drama',
    revenge: 'Venganza', documentary: 'Documental', fantasy: 'Fantasía', action: 'Acción', history: 'Historia', historical: 'Época', horror: 'Terror',
    crime: 'Crimen', youth: 'Juvenil', 'science fiction': 'Ciencia ficción', 'slice of life': 'Vida cotidiana', workplace: 'Oficina', 'time travel': 'Viajes en el tiempo', experiment: 'Experimento',
  },
}

// The series of the screenshots: SAMPLE PICTURES, invented for the README. No drama stands behind them.
//
// An episode is [scene, zoom, x, y, title, synopsis, caption]: the part of the scene that its camera moves towards
// (x, y in 0..1 of the sheet), and the words in the series' language. The feed shows the newest series first: the last one here.
const NOTE = {
  en: 'Sample pictures for screenshots. Drawn in code that an AI model wrote.',
  'zh-Hans': '截图用的示例画面,由人工智能模型编写的代码绘制。',
  es: 'Imágenes de muestra, dibujadas con código escrito por un modelo de IA.',
}

const LIST = [
  {
    slug: 'sample-salt-wind', language: 'en', title: 'Salt Wind', genres: ['drama', 'romance'], hashtags: ['harbour', 'homecoming'],
    synopsis: 'He left with the tide and came back with it, nine years late. She kept the light burning, and the letter.',
    episodes: [
      ['harbour', 1, 0.5, 0.5, 'Nine years late', 'He comes back on the first boat.', 'You kept it burning.'],
      ['harbour', 1.45, 0.55, 0.78, 'The end of the pier', 'Two people, one question.', 'Ask me properly.'],
    ],
  },
  {
    slug: 'sample-proxima-estacion', language: 'es', title: 'Próxima estación', genres: ['romance'], hashtags: ['tren', 'despedida'],
    synopsis: 'Cada tarde el mismo tren, el mismo asiento, el mismo silencio. Hoy ella ha dejado una nota.',
    episodes: [
      ['train', 1, 0.5, 0.5, 'El asiento de siempre', 'La nota dice solo una hora.', 'Mañana no voy a subir.'],
      ['train', 1.4, 0.3, 0.55, 'Las 19:42', 'Alguien más conoce la hora.', '¿Y si no viene?'],
    ],
  },
  {
    slug: 'sample-deng-xiang', language: 'zh-Hans', title: '灯巷来信', genres: ['suspense', 'romance'], hashtags: ['灯巷', '古风'],
    synopsis: '每逢月圆,灯巷尽头就会有一封没有署名的信。今夜,信里写着她的名字。',
    episodes: [
      ['alley', 1, 0.5, 0.5, '第一封信', '信里写着她的名字。', '是谁在等我?'],
      ['alley', 1.4, 0.5, 0.8, '台阶', '她数过,今夜多了一级。', '这里从前没有门。'],
    ],
  },
  {
    slug: 'sample-before-nine', language: 'en', title: 'Coffee Before Nine', genres: ['comedy'], hashtags: ['office', 'morning'],
    synopsis: 'She is promoted by mistake. Until nine tomorrow nobody notices, unless the plant talks.',
    episodes: [
      ['office', 1, 0.5, 0.5, 'Reply all', 'One click, four hundred readers.', 'I did not send that. I did.'],
      ['office', 1.4, 0.4, 0.62, 'The wrong chair', 'It turns. It also reclines.', 'Nobody sits here. Good.'],
    ],
  },
  {
    slug: 'sample-heiress', language: 'en', title: 'The Heiress Returns', genres: ['revenge', 'drama'], hashtags: ['inheritance', 'ball'],
    synopsis: 'They read her will last spring. Tonight she walks up their staircase.',
    episodes: [
      ['staircase', 1, 0.5, 0.5, 'Uninvited', 'The music stops for a dead woman.', 'You all look well. I paid for it.'],
      ['staircase', 1.45, 0.5, 0.72, 'Forty steps', 'Each one has a witness.', 'Do not get up.'],
    ],
  },
  {
    slug: 'sample-ninth-floor', language: 'en', title: 'The Ninth Floor', genres: ['suspense', 'drama'], hashtags: ['rain', 'neighbours'], rating: '12',
    synopsis: 'The house across has eight floors. Every night at nine, a light goes on above the eighth.',
    cast: [['Ilse Marrow', 'the neighbour'], ['Tomas Reed', 'the man in the door']],
    episodes: [
      ['rooftop', 1, 0.5, 0.5, 'A light at nine', 'The house across has eight floors. Somebody waves from the ninth.', 'That house has eight floors.'],
      ['rainyWindow', 1, 0.5, 0.5, 'Do not wave back', 'She counts the windows again.', 'I counted them twice.'],
      ['corridor', 1, 0.5, 0.5, 'The door that was a wall', 'Yesterday this was a wall.', 'You are early.'],
      ['rooftop', 1.5, 0.08, 0.16, 'Eight, nine', 'One window is wide awake.', 'It went out. Now it is nearer.'],
    ],
  },
]

export const SERIES = LIST.map((series) => ({ rating: 'all', cast: [], ...series, note: NOTE[series.language] }))

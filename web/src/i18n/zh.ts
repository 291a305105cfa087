// 简体中文
import type { Messages } from './en'

export const zh: Messages = {
  home: '首页', search: '搜索', me: '我的', back: '返回', close: '关闭', done: '完成', cancel: '取消',
  retry: '重试', loading: '加载中', more: '更多', settings: '设置', skipToContent: '跳到内容',

  play: '播放', pause: '暂停', unmute: '点击开启声音', soundOn: '声音已开', soundOff: '声音已关',
  like: '点赞', liked: '已赞', save: '追剧', saved: '已追', share: '分享', episodes: '选集',
  previousItem: '上一个', nextItem: '下一个', seek: '播放进度',
  episodeOf: (n, of) => `第 ${n} 集 / 共 ${of} 集`,
  episodeN: (n) => `第 ${n} 集`, episodeShort: (n) => `第${n}集`,
  episodesCount: (n) => `共 ${n} 集`,
  seasonN: (n) => `第 ${n} 季`,
  nextIn: (s) => `${s} 秒后播放下一集`, nextUp: '下一集', playNow: '立即播放', stayHere: '留在本集',
  theEnd: '你已看完最后一集。', replay: '重新观看', moreLikeThis: '看看别的剧',
  nowPlaying: (title, n) => `${title},第 ${n} 集`,
  twoTimes: '2 倍速', testFootage: '测试素材', syntheticVoice: '合成语音', aiMade: '使用 AI 制作',
  ageRating: (r) => `${r} 岁以上`, allAges: '全年龄', showMore: '展开简介', showLess: '收起',
  resumedAt: (t) => `从 ${t} 继续`, startOver: '从头播放',

  captions: '字幕', captionsOff: '关闭', captionsAuto: '静音时', captionsOn: '始终显示', captionLanguage: '字幕语言',
  captionSize: '字幕大小', small: '小', medium: '中', large: '大', noCaptions: '本集没有字幕。',
  speed: '倍速', normal: '正常', sleepTimer: '定时关闭', sleepOff: '关闭', sleepMinutes: (n) => `${n} 分钟`,
  sleepEpisode: '播完本集', sleepStopped: '定时已到,已暂停。', sleepSet: '已设置定时关闭。',
  pip: '画中画', pipMissing: '此浏览器不支持画中画。',
  keys: '快捷键', keysHelp: '上、下:切换 · 空格:暂停 · M:声音 · C:字幕 · L:点赞 · E:选集 · F:全屏',
  fullscreen: '全屏',

  shareTitle: '分享本集', copyLink: '复制链接', linkCopied: '链接已复制。', shareVia: '用其他应用分享', copyFailed: '请手动复制链接:',
  likedToast: '已点赞', savedToast: '已加入追剧', unsavedToast: '已取消追剧', notSent: '发送失败,请重试。',

  searchHint: '剧名、人名、标签', searchLabel: '搜索短剧', clear: '清除', newest: '最新', popular: '热门', allGenres: '全部',
  continueWatching: '继续观看', browse: '浏览', results: (n) => `${n} 部短剧`,
  nothingFound: (q) => `没有找到“${q}”。`, nothingFoundHint: '换个说法,或者从下面的类型里挑选。',
  matchedEpisode: '在分集中找到', matchedTag: '在标签中找到', matchedCreator: '在演职员中找到',
  nothingHere: '这里还没有短剧。',

  watch: '观看', watchFirst: '从第 1 集开始', resumeEpisode: (n) => `继续看第 ${n} 集`, previously: '前情提要',
  daysAway: (n) => `你离开了 ${n} 天,前情如下:`,
  cast: '演员', credits: '制作', contentNotes: '内容提示', watched: '已看', comingSoon: '即将上线', lockedEpisode: '未解锁',
  filing: '备案号', minutes: (n) => `${n} 分钟`, by: (name) => `作者:${name}`, aboutSeries: '剧集简介',

  meTitle: '我的', guest: '游客', guestHint: '点赞和观看进度保存在此设备上。', likes: '点赞', savedList: '追剧',
  emptyContinue: '还没有开始看。看过的内容会显示在这里。', emptyLikes: '还没有点赞。双击画面即可点赞。',
  emptySaved: '还没有追剧。收藏后会显示在这里。', startWatching: '开始观看',
  language: '语言', systemLanguage: '跟随浏览器', dataSaver: '省流模式', dataSaverHint: '画面更小,预加载更少。',
  reducedMotion: '减少动态效果', reducedMotionHint: '直接切换,不滑动。', autoNext: '自动播放下一集', playbackSettings: '播放',
  install: '安装应用', leftOff: (t) => `剩余 ${t}`,

  offline: '当前没有网络。', offlineHint: '已加载的内容可以继续播放,网络恢复后会自动重试。',
  backOnline: '网络已恢复。', feedEmpty: '还没有可以看的内容。', feedEmptyHint: '第一部短剧发布后会在这里播放。',
  feedEnd: '暂时就这些了。', feedEndHint: '往回看看,或者搜索一部短剧。', backToTop: '回到第一个',
  loadFailed: '加载失败。', playFailed: '本集暂时无法播放。', skipIt: '请滑到下一个,或重试。',
  notFound: '找不到这部短剧。', notFoundHint: '它可能已下架,或者链接不完整。',
  unsupported: '此浏览器无法播放这些视频。', unsupportedHint: '它既不支持 Media Source 也不支持 HLS。请使用新版 Firefox、Chrome、Edge 或 Safari。',
  buffering: '缓冲中', locked: '本集未解锁。',
}

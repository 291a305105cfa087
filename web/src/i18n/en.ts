// English: the table that the other languages are checked against.
export const en = {
  home: 'Home', search: 'Search', me: 'Me', back: 'Back', close: 'Close', done: 'Done', cancel: 'Cancel',
  retry: 'Try again', loading: 'Loading', more: 'More', settings: 'Settings', skipToContent: 'Skip to content',

  play: 'Play', pause: 'Pause', unmute: 'Tap for sound', soundOn: 'Sound on', soundOff: 'Sound off',
  like: 'Like', liked: 'Liked', save: 'Save', saved: 'Saved', share: 'Share', episodes: 'Episodes',
  previousItem: 'Previous', nextItem: 'Next', seek: 'Position in the episode',
  episodeOf: (n: number, of: number) => `Episode ${n} of ${of}`,
  episodeN: (n: number) => `Episode ${n}`, episodeShort: (n: number) => `Ep. ${n}`,
  episodesCount: (n: number) => (n === 1 ? '1 episode' : `${n} episodes`),
  seasonN: (n: number) => `Season ${n}`,
  nextIn: (s: number) => `Next episode in ${s}`, nextUp: 'Next episode', playNow: 'Play now', stayHere: 'Stay here',
  theEnd: 'You have seen the last episode.', replay: 'Watch again', moreLikeThis: 'Find another series',
  nowPlaying: (title: string, n: number) => `${title}, episode ${n}`,
  twoTimes: '2× speed', testFootage: 'Test footage', syntheticVoice: 'Synthetic voice', aiMade: 'Made with AI',
  ageRating: (r: string) => `Ages ${r}+`, allAges: 'All ages', showMore: 'More about this episode', showLess: 'Less',
  resumedAt: (t: string) => `Resumed at ${t}`, startOver: 'Start over',

  captions: 'Captions', captionsOff: 'Off', captionsAuto: 'When muted', captionsOn: 'Always', captionLanguage: 'Caption language',
  captionSize: 'Caption size', small: 'Small', medium: 'Medium', large: 'Large', noCaptions: 'No captions for this episode.',
  speed: 'Speed', normal: 'Normal', sleepTimer: 'Sleep timer', sleepOff: 'Off', sleepMinutes: (n: number) => `${n} min`,
  sleepEpisode: 'After this episode', sleepStopped: 'Sleep timer: paused.', sleepSet: 'Sleep timer set.',
  pip: 'Picture in picture', pipMissing: 'This browser has no picture in picture.',
  keys: 'Keys', keysHelp: 'Up, Down: swipe · Space: pause · M: sound · C: captions · L: like · E: episodes · F: full screen',
  fullscreen: 'Full screen',

  shareTitle: 'Share this episode', copyLink: 'Copy link', linkCopied: 'Link copied.', shareVia: 'Share with an app', copyFailed: 'Copy the link by hand:',
  likedToast: 'Liked', savedToast: 'Saved to your list', unsavedToast: 'Removed from your list', notSent: 'That could not be sent. Please try again.',

  searchHint: 'Series, people, tags', searchLabel: 'Search series', clear: 'Clear', newest: 'New', popular: 'Popular', allGenres: 'All',
  continueWatching: 'Continue watching', browse: 'Browse', results: (n: number) => (n === 1 ? '1 series' : `${n} series`),
  nothingFound: (q: string) => `Nothing found for “${q}”.`, nothingFoundHint: 'Try fewer or other words, or a genre below.',
  matchedEpisode: 'Found in an episode', matchedTag: 'Found in the tags', matchedCreator: 'Found in the people',
  nothingHere: 'No series here yet.',

  watch: 'Watch', watchFirst: 'Watch episode 1', resumeEpisode: (n: number) => `Continue with episode ${n}`, previously: 'Previously',
  daysAway: (n: number) => (n === 1 ? 'You were away for a day. This happened:' : `You were away for ${n} days. This happened:`),
  cast: 'Cast', credits: 'Credits', contentNotes: 'Content notes', watched: 'Watched', comingSoon: 'Coming soon', lockedEpisode: 'Locked',
  filing: 'Filing number', minutes: (n: number) => `${n} min`, by: (name: string) => `By ${name}`, aboutSeries: 'About this series',

  meTitle: 'Me', guest: 'Guest', guestHint: 'Likes and progress are kept on this device.', likes: 'Likes', savedList: 'Saved',
  emptyContinue: 'Nothing started yet. What you watch shows up here.', emptyLikes: 'No likes yet. Double-tap an episode to like it.',
  emptySaved: 'Nothing saved yet. Save a series to find it here.', startWatching: 'Start watching',
  language: 'Language', systemLanguage: 'As the browser', dataSaver: 'Data saver', dataSaverHint: 'Smaller picture, less loaded ahead.',
  reducedMotion: 'Less motion', reducedMotionHint: 'Cuts instead of slides.', autoNext: 'Play the next episode by itself', playbackSettings: 'Playback',
  install: 'Install the app', leftOff: (t: string) => `${t} left`,

  offline: 'You are offline.', offlineHint: 'What is already loaded keeps playing. We try again when the connection is back.',
  backOnline: 'Back online.', feedEmpty: 'There is nothing to watch yet.', feedEmptyHint: 'When the first series is published, it plays here.',
  feedEnd: 'That was everything for now.', feedEndHint: 'Go back up, or look for a series.', backToTop: 'Back to the first',
  loadFailed: 'This could not be loaded.', playFailed: 'This episode cannot be played right now.', skipIt: 'Swipe on, or try again.',
  notFound: 'This series is not here.', notFoundHint: 'It may have been withdrawn, or the link is incomplete.',
  unsupported: 'This browser cannot play these videos.', unsupportedHint: 'It has neither Media Source Extensions nor HLS. A current Firefox, Chrome, Edge or Safari does.',
  buffering: 'Buffering', locked: 'This episode is locked.',
}

export type Messages = typeof en

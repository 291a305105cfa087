// Español
import type { Messages } from './en'

export const es: Messages = {
  home: 'Inicio', search: 'Buscar', me: 'Yo', back: 'Volver', close: 'Cerrar', done: 'Listo', cancel: 'Cancelar',
  retry: 'Reintentar', loading: 'Cargando', more: 'Más', settings: 'Ajustes', skipToContent: 'Ir al contenido',

  play: 'Reproducir', pause: 'Pausa', unmute: 'Toca para oír', soundOn: 'Con sonido', soundOff: 'Sin sonido',
  like: 'Me gusta', liked: 'Te gusta', save: 'Guardar', saved: 'Guardada', share: 'Compartir', episodes: 'Episodios',
  previousItem: 'Anterior', nextItem: 'Siguiente', seek: 'Posición en el episodio',
  episodeOf: (n, of) => `Episodio ${n} de ${of}`,
  episodeN: (n) => `Episodio ${n}`, episodeShort: (n) => `Ep. ${n}`,
  episodesCount: (n) => (n === 1 ? '1 episodio' : `${n} episodios`),
  seasonN: (n) => `Temporada ${n}`,
  nextIn: (s) => `Siguiente episodio en ${s}`, nextUp: 'Siguiente episodio', playNow: 'Ver ahora', stayHere: 'Quedarme aquí',
  theEnd: 'Has visto el último episodio.', replay: 'Ver otra vez', moreLikeThis: 'Buscar otra serie',
  nowPlaying: (title, n) => `${title}, episodio ${n}`,
  twoTimes: 'Velocidad 2×', testFootage: 'Imágenes de prueba', syntheticVoice: 'Voz sintética', aiMade: 'Hecho con IA',
  ageRating: (r) => `Mayores de ${r}`, allAges: 'Para todos', showMore: 'Más sobre este episodio', showLess: 'Menos',
  resumedAt: (t) => `Continúa en ${t}`, startOver: 'Desde el principio',

  captions: 'Subtítulos', captionsOff: 'No', captionsAuto: 'Sin sonido', captionsOn: 'Siempre', captionLanguage: 'Idioma de los subtítulos',
  captionSize: 'Tamaño', small: 'Pequeño', medium: 'Mediano', large: 'Grande', noCaptions: 'Este episodio no tiene subtítulos.',
  speed: 'Velocidad', normal: 'Normal', sleepTimer: 'Temporizador', sleepOff: 'No', sleepMinutes: (n) => `${n} min`,
  sleepEpisode: 'Tras este episodio', sleepStopped: 'Temporizador: en pausa.', sleepSet: 'Temporizador puesto.',
  pip: 'Imagen flotante', pipMissing: 'Este navegador no tiene imagen flotante.',
  keys: 'Teclas', keysHelp: 'Arriba, abajo: cambiar · Espacio: pausa · M: sonido · C: subtítulos · L: me gusta · E: episodios · F: pantalla completa',
  fullscreen: 'Pantalla completa',

  shareTitle: 'Compartir este episodio', copyLink: 'Copiar enlace', linkCopied: 'Enlace copiado.', shareVia: 'Compartir con una app', copyFailed: 'Copia el enlace a mano:',
  likedToast: 'Te gusta', savedToast: 'Guardada en tu lista', unsavedToast: 'Quitada de tu lista', notSent: 'No se pudo enviar. Inténtalo de nuevo.',

  searchHint: 'Series, personas, etiquetas', searchLabel: 'Buscar series', clear: 'Borrar', newest: 'Nuevas', popular: 'Populares', allGenres: 'Todas',
  continueWatching: 'Seguir viendo', browse: 'Explorar', results: (n) => (n === 1 ? '1 serie' : `${n} series`),
  nothingFound: (q) => `Nada para «${q}».`, nothingFoundHint: 'Prueba con menos u otras palabras, o con un género.',
  matchedEpisode: 'En un episodio', matchedTag: 'En las etiquetas', matchedCreator: 'En las personas',
  nothingHere: 'Aún no hay series aquí.',

  watch: 'Ver', watchFirst: 'Ver el episodio 1', resumeEpisode: (n) => `Seguir con el episodio ${n}`, previously: 'Anteriormente',
  daysAway: (n) => (n === 1 ? 'Has estado fuera un día. Pasó esto:' : `Has estado fuera ${n} días. Pasó esto:`),
  cast: 'Reparto', credits: 'Créditos', contentNotes: 'Avisos de contenido', watched: 'Visto', comingSoon: 'Próximamente', lockedEpisode: 'Bloqueado',
  filing: 'Número de registro', minutes: (n) => `${n} min`, by: (name) => `De ${name}`, aboutSeries: 'Sobre esta serie',

  meTitle: 'Yo', guest: 'Invitado', guestHint: 'Lo que te gusta y por dónde vas se guarda en este dispositivo.', likes: 'Me gusta', savedList: 'Guardadas',
  emptyContinue: 'Aún no has empezado nada. Lo que veas aparecerá aquí.', emptyLikes: 'Nada todavía. Toca dos veces un episodio que te guste.',
  emptySaved: 'Nada guardado todavía. Guarda una serie para encontrarla aquí.', startWatching: 'Empezar a ver',
  language: 'Idioma', systemLanguage: 'El del navegador', dataSaver: 'Ahorro de datos', dataSaverHint: 'Imagen más pequeña, menos carga por adelantado.',
  reducedMotion: 'Menos movimiento', reducedMotionHint: 'Cortes en vez de desplazamientos.', autoNext: 'Pasar solo al siguiente episodio', playbackSettings: 'Reproducción',
  install: 'Instalar la app', leftOff: (t) => `Quedan ${t}`,

  offline: 'No tienes conexión.', offlineHint: 'Lo que ya está cargado sigue. Lo intentaremos de nuevo cuando vuelva la conexión.',
  backOnline: 'Conexión recuperada.', feedEmpty: 'Todavía no hay nada que ver.', feedEmptyHint: 'Cuando se publique la primera serie, se verá aquí.',
  feedEnd: 'Eso era todo por ahora.', feedEndHint: 'Vuelve arriba o busca una serie.', backToTop: 'Volver al primero',
  loadFailed: 'No se pudo cargar.', playFailed: 'Este episodio no se puede ver ahora.', skipIt: 'Pasa al siguiente o reinténtalo.',
  notFound: 'Esta serie no está aquí.', notFoundHint: 'Puede que se haya retirado o que el enlace esté incompleto.',
  unsupported: 'Este navegador no puede reproducir estos vídeos.', unsupportedHint: 'No tiene Media Source ni HLS. Un Firefox, Chrome, Edge o Safari actual sí.',
  buffering: 'Cargando', locked: 'Este episodio está bloqueado.',
}

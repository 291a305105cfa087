// Runs in every measured page before its own scripts. From finger-up it waits for the next two frames of the
// video that is then on screen, and all the time it notes which moments of which episode were shown.
{
  const probe = (window.__probe = { swipes: [], shown: {}, stalls: [], firstFrame: null })
  const onScreen = () => document.querySelector('.card.current')

  function frames(video, t0, into) {
    let count = 0
    const onFrame = () => {
      into[count++ ? 'second' : 'first'] = performance.now() - t0
      if (count < 2) video.requestVideoFrameCallback(onFrame)
    }
    video.requestVideoFrameCallback(onFrame)
  }
  let down = 0
  addEventListener('pointerdown', (e) => { down = e.clientY }, true)
  addEventListener('pointerup', (e) => {
    if (Math.abs(e.clientY - down) < 60) return
    const before = onScreen()?.dataset.episode, entry = { t0: e.timeStamp, first: null, second: null, ready: null }
    probe.swipes.push(entry)
    // The page's own handler runs after this one; look for the new card until it is there.
    const look = () => {
      const card = onScreen(), video = card?.querySelector('video')
      if (!video || card.dataset.episode === before) return performance.now() - e.timeStamp < 3000 && setTimeout(look, 0)
      entry.ready = video.readyState
      frames(video, e.timeStamp, entry)
    }
    setTimeout(look, 0)
  }, true)

  const cold = setInterval(() => {
    const video = onScreen()?.querySelector('video') ?? document.querySelector('video')
    if (!video) return
    clearInterval(cold)
    video.requestVideoFrameCallback(() => { probe.firstFrame = performance.now() })
  }, 1)

  const STEP_S = 0.05
  let lastTime = -1, lastEpisode = '', stillSince = 0, isMoving = false
  setInterval(() => {
    const card = onScreen(), video = card?.querySelector('video')
    if (!video) return
    const { episode } = card.dataset, now = performance.now(), at = video.currentTime
    if (episode !== lastEpisode) { lastEpisode = episode; lastTime = -1; stillSince = now; isMoving = false }
    if (at !== lastTime && at > 0) {
      const shown = (probe.shown[episode] ??= {})
      const from = lastTime >= 0 && at > lastTime && at - lastTime < 1 ? lastTime : at
      for (let s = Math.floor(from / STEP_S); s <= Math.floor(at / STEP_S); s++) shown[s] = 1
      if (now - stillSince > 200 && !video.paused) probe.stalls.push({ ms: now - stillSince, isStart: !isMoving, episode })
      isMoving = true
      stillSince = now
    } else if (video.paused || video.ended) stillSince = now
    lastTime = at
  }, 20)
}

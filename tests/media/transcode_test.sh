#!/usr/bin/env bash
# Feeds every fixture to dramalet-media and looks at what comes out with ffprobe and ffmpeg, which
# know nothing of our code. Usage: transcode_test.sh [DRAMALET_MEDIA [WORKDIR]] (build/dramalet-media)
set -u -o pipefail
media=$(realpath "${1:-$(dirname "$0")/../../build/dramalet-media}")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${2:-$(mktemp -d)}
fixtures=$work/fixtures
failed=0
passed=0
trap '[ -n "${2:-}" ] || rm -rf "$work"' EXIT

"$root/tools/make-fixtures" "$fixtures" || exit 1

fail() {
    echo "FAIL $current: $*"
    failed=$((failed + 1))
    is_fine=0
}

probe() { ffprobe -v error -show_entries "$1" -of default=nw=1:nk=1 "${@:2}"; }

json() { python3 -c 'import json,sys; m=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }

run() { # FILE OPTION...
    out=$work/out
    rm -rf "$out"
    timeout 120 "$media" transcode --input "$1" --output "$out" --ladder "${ladder:-180,270}" --progress-fd 3 \
        "${@:2}" 3>"$work/progress" 2>"$work/stderr"
}

# What holds for every folder: whole streams that start at 0, one rate, same cuts, equal lengths.
check_folder() {
    local f name a v want
    tail -n 1 "$work/progress" | grep -qx done || fail "the last progress line is not done"
    grep -qx playable "$work/progress" || fail "playable was not said"
    for name in $(json "$out/full/media.json" '" ".join(r["name"] for r in m["renditions"])'); do
        f=$out/full/$name.mp4
        want=$(json "$out/full/media.json" 'round(m["duration_us"] * m["frame_rate"][0] / m["frame_rate"][1] / 1e6)')
        [ "$(probe stream=codec_name,profile,pix_fmt,color_range,color_space,color_transfer,color_primaries "$f" | tr '\n' ' ')" \
            = "h264 High yuv420p tv bt709 bt709 bt709 " ] || fail "$name: coding or colour"
        v=$(probe stream=start_time "$f")
        awk -v v="$v" 'BEGIN { exit !(v > -0.001 && v < 0.001) }' || fail "$name starts at $v"
        v=$(probe stream=nb_read_frames -count_frames "$f")
        [ "$v" -ge $((want - 1)) ] && [ "$v" -le $((want + 1)) ] || fail "$name has $v frames, not $want"
        ffmpeg -nostdin -v error -xerror -i "$f" -f null - 2>"$work/decode" || fail "$name does not decode: $(head -1 "$work/decode")"
    done
    if [ -e "$out/full/audio.mp4" ]; then
        v=$(probe packet=pts_time "$out/full/audio.mp4" | tail -1)
        a=$(json "$out/full/media.json" 'm["duration_us"] / 1e6')
        awk -v v="$v" -v a="$a" 'BEGIN { exit !(v - a < 0.05 && a - v < 0.05) }' || fail "sound ends at $v, pictures at $a"
    fi
    [ "$(probe stream=codec_name "$out/full/poster.jpg")" = mjpeg ] || fail "no poster"
    ls -A "$out" | grep -q '^\.work' && fail "a work folder is left"
}

loudness() { # prints integrated and true peak, as ffmpeg's own meter has them
    ffmpeg -nostdin -hide_banner -nostats -i "$out/full/audio.mp4" -af ebur128=peak=true -f null - 2>&1 |
        awk '/^  Integrated/ { on = 1 } on && /I:/ { i = $2 } on && /Peak:/ { p = $2 } END { print i, p }'
}

good() { # FILE WIDTHxHEIGHT FIT SOUND(none|loud|silent) OPTION...
    current="$1 ${*:5}"
    is_fine=1
    local ladder=180,270
    [ "$2" = 180x320 ] && ladder=180
    if ! run "$fixtures/$1" "${@:5}"; then
        fail "$(cat "$work/stderr")"
        return
    fi
    check_folder
    local size fit i p
    size=$(json "$out/full/media.json" '"%dx%d" % (m["width"], m["height"])')
    [ "$size" = "$2" ] || fail "is $size, not $2"
    fit=$(json "$out/full/media.json" 'm["fit"]')
    [ "$fit" = "$3" ] || fail "fit is $fit, not $3"
    case $4 in
    none) [ ! -e "$out/full/audio.mp4" ] || fail "has sound" ;;
    silent) [ "$(json "$out/full/media.json" 'm["loudness"]["silent"]')" = True ] || fail "is not silent" ;;
    loud)
        read -r i p < <(loudness)
        awk -v i="$i" -v p="$p" 'BEGIN { exit !(i >= -14.5 && i <= -13.5 && p <= -1.0) }' || fail "$i LUFS, $p dBTP"
        ;;
    esac
    passed=$((passed + is_fine))
}

bad() { # FILE WORDS: refused with a sentence that has the words, and nothing is left behind
    current=$1
    is_fine=1
    run "$fixtures/$1" && fail "was accepted"
    grep -q "$2" "$work/stderr" || fail "says: $(cat "$work/stderr")"
    grep -q '^error ' "$work/progress" || fail "no error line on the progress descriptor"
    [ -z "$(ls -A "$out" 2>/dev/null)" ] || fail "left behind: $(ls -A "$out")"
    passed=$((passed + is_fine))
}

good vertical.mp4 270x480 fill loud
good peaky.mp4 270x480 fill loud
good silent.mp4 180x320 fill silent
good video-only.mp4 180x320 fill none
good surround.mkv 180x320 fill loud
good late-sound.mkv 180x320 fill loud
good landscape-960.mp4 270x480 blur none
good landscape-960.mp4 270x480 crop none --fit crop --focus 900,500
good landscape-960.mp4 480x270 keep none --fit keep
good rotated-90.mov 270x480 fill none
good rotated-180.mov 180x320 blur none
good rotated-270.mov 180x320 fill none
good odd.mp4 180x320 fill none
good "$(printf 'not-utf8-\xff\xfe.mp4')" 180x320 fill none
good hevc.mp4 270x480 fill none
good vp9.webm 180x320 fill loud
good av1.mkv 180x320 fill none
good mpeg4.mp4 180x320 fill loud
good prores.mov 180x320 fill none
good stream.ts 180x320 fill loud
good interlaced.ts 180x320 blur none
good vfr.mp4 270x480 fill none
good fps120.mp4 180x320 fill none
good full-range.mp4 180x320 fill none
good hdr.mp4 180x320 fill none
good one-frame.mp4 180x320 fill none
good anamorphic.mp4 180x320 blur none
good flash.mp4 270x480 fill loud
good black-start.mp4 180x320 fill none
# the poster is not the black beginning
luma=$(ffmpeg -nostdin -v error -i "$out/full/poster.jpg" -vf "scale=1:1:flags=area,format=gray" -f rawvideo - | od -An -tu1)
[ "${luma:-0}" -gt 30 ] || fail "the poster is black ($luma)"

good subtitled.mp4 180x320 fill none --captions "fr=$fixtures/lines.srt"
[ "$(json "$out/full/media.json" 'sorted(c["lang"] for c in m["captions"])')" = "['en', 'es', 'fr']" ] || fail "captions are missing"
good subtitled.mkv 180x320 fill none
[ "$(json "$out/full/media.json" '[c["lang"] for c in m["captions"]]')" = "['zh']" ] || fail "captions are missing"

# Full-range and BT.601 bars look like the BT.709 ones.
current="colour"
for name in bars full-range; do
    run "$fixtures/$name.mp4" && ffmpeg -nostdin -v error -y -i "$out/full/v180.mp4" -frames:v 1 \
        -vf "crop=20:20:40:100,scale=1:1:flags=area:in_color_matrix=bt709,format=rgb24" -f rawvideo "$work/$name.rgb"
done
python3 -c 'import sys; a, b = (open(p, "rb").read() for p in sys.argv[1:]); sys.exit(len(a) != 3 or len(b) != 3 or max(abs(x - y) for x, y in zip(a, b)) > 6)' \
    "$work/bars.rgb" "$work/full-range.rgb" ||
    fail "bars differ: $(od -An -tu1 "$work/bars.rgb" "$work/full-range.rgb")"

bad empty.mp4 "empty"
bad text.mp4 "text file"
bad playlist.mp4 "HLS playlist"
bad concat.mp4 "list of files"
bad truncated.mp4 "cut off"
bad truncated-front.mp4 "cut off"
bad truncated.mkv "cut off"
bad audio-only.mp4 "no video"
bad no-key.mp4 "no key frame"
bad zero.mp4 "length is zero"
bad noise.mp4 "key frame\|damaged"
bad bomb-png.mov "65535 by 65535"
bad bomb-h264.mov "65535 by 65535"
bad bomb-sps.mov "12000 by 12000"

# Limits are limits.
current="limits"
run "$fixtures/vertical.mp4" --max-duration-s 2 && fail "4 s were accepted where 2 are the most"
run "$fixtures/vertical.mp4" --max-side 800 && fail "960 pixels were accepted where 800 are the most"
run "$fixtures/vertical.mp4" --max-bytes 1000 && fail "more than 1,000 bytes were accepted"
run "$fixtures/vertical.mp4" --captions "en=$fixtures/text.mp4" && fail "a caption file that is none was accepted"

# A second run goes on from the proven first folder, and a broken one is made again.
current="resume"
run "$fixtures/vertical.mp4" || fail "$(cat "$work/stderr")"
before=$(stat -c %i "$out/playable/v180.mp4")
rm -rf "$out/full"
"$media" transcode --input "$fixtures/vertical.mp4" --output "$out" --ladder 180,270 || fail "the second run failed"
[ "$(stat -c %i "$out/playable/v180.mp4")" = "$before" ] || fail "playable was made again"
[ "$(stat -c %i "$out/full/v180.mp4")" = "$before" ] || fail "full does not share what is the same"
truncate -s -10 "$out/playable/v180.mp4"
"$media" transcode --input "$fixtures/vertical.mp4" --output "$out" --ladder 180,270 || fail "the third run failed"
[ "$(stat -c %i "$out/playable/v180.mp4")" != "$before" ] || fail "a damaged playable was taken"

# A kill in the middle leaves no folder that looks finished.
current="kill"
rm -rf "$out"
"$media" transcode --input "$fixtures/vertical.mp4" --output "$out" & pid=$!
sleep 0.4
kill -9 $pid
wait $pid 2>/dev/null
for name in playable full; do
    [ ! -d "$out/$name" ] || [ -s "$out/$name/media.json" ] || fail "$name looks finished"
done

# Sound and picture together: the click is heard when the flash is seen.
current="sync"
run "$fixtures/flash.mp4" || fail "$(cat "$work/stderr")"
flash=$(ffmpeg -nostdin -v error -i "$out/full/v270.mp4" -vf "scale=1:1:flags=area,format=gray" -f rawvideo - |
    python3 -c 'import sys; d=sys.stdin.buffer.read(); print(next(i for i in range(len(d)) if d[i]>128)/30)')
# the priming has negative times, which a player does not play
click=$(ffmpeg -nostdin -v error -copyts -i "$out/full/audio.mp4" -af atrim=start=0 -ac 1 -f s16le - |
    python3 -c 'import sys,array; d=array.array("h",sys.stdin.buffer.read()); print(next(i for i in range(len(d)) if abs(d[i])>3000)/48000)')
awk -v f="$flash" -v c="$click" 'BEGIN { d = f - c; exit !(d < 0.017 && d > -0.017) }' || fail "flash at $flash s, click at $click s"

echo "flash at $flash s, click at $click s"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]

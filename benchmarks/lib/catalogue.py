"""The benchmarks' catalogue: a 60 s source made from the test footage, published once and kept below benchmarks/out."""
import os
import shutil
import time

from harness import BUILD, OUT, ROOT, get_json, run_ok, say

FOOTAGE = ROOT / "tests/media/demo"


def source_video():
    """A 60 s 1080x1920 H.264 video with stereo sound, 30 frames/s, BT.709 as phones make them: test footage, scaled, with moving grain and a tone."""
    path = OUT / "source-60s-1080x1920.mp4"
    if not path.exists():
        say("making the 60 s source")
        OUT.mkdir(exist_ok=True)
        clips = ["road-middle", "bottles-left", "road-left", "bottles-middle", "bottles-right", "road-late"]
        partial = OUT / "source-partial.mp4"
        inputs = [arg for clip in clips for arg in ("-i", FOOTAGE / f"{clip}.mp4")]
        joined = "".join(f"[{i}:v]fps=30,scale=1080:1920:flags=lanczos:out_color_matrix=bt709,setsar=1[v{i}];" for i in range(len(clips)))
        joined += "".join(f"[v{i}]" for i in range(len(clips))) + f"concat=n={len(clips)},noise=alls=4:allf=t[v]"
        run_ok(["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, "-f", "lavfi", "-i", "sine=f=330:r=48000:d=60",
                "-filter_complex", joined, "-map", "[v]", "-map", f"{len(clips)}:a", "-t", "60", "-c:v", "libx264",
                "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-colorspace", "bt709",
                "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv", "-c:a", "aac", "-ac", "2", "-movflags",
                "+faststart", partial])
        partial.rename(path)
    return path


def write_package(folder, slug="bench-source"):
    """A package of one series with one episode: the 60 s source."""
    episode = folder / "episodes/001"
    episode.mkdir(parents=True, exist_ok=True)
    if not (episode / "video.mp4").exists():
        os.link(source_video(), episode / "video.mp4")
    (folder / "series.yaml").write_text(
        f"slug: {slug}\nlanguage: en\ntitle: Bench source\nsynopsis: Test footage for measurements.\n"
        "is_test_footage: true\nepisodes:\n  - number: 1\n    title: One minute\n")
    return folder


def publish_source():
    """A data folder with the source published, whole ladder; made again when the programs are newer."""
    data = OUT / "source-data"
    stamp = data / "bench.stamp"
    newest = max((BUILD / name).stat().st_mtime for name in ("dramalet", "dramalet-media"))
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        say("publishing the 60 s source")
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        run_ok([BUILD / "dramalet", "publish", write_package(OUT / "source-package"), "--data", data])
        stamp.touch()
    return data


def first_item(port, seconds=60):
    """The first feed item, as soon as there is one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        items = get_json(port, "/v1/feed?limit=1")["items"]
        if items:
            return items[0]
        time.sleep(0.05)
    raise RuntimeError("the feed stayed empty")

#!/usr/bin/env python3
"""Cost as the work grows: 10³ to 10⁶ queries against the sandbox, time for each query and peak memory.

usage: benches/scale.py [HIGHEST_POWER]        6 by default; 10⁶ queries take some minutes

Runs `hecha dishonest -i LIST --page 1 -j 8 -f csv` with an archive, as an analyst would, prints one line for
each size and draws docs/scale.svg. HECHA names the program, target/release/hecha by default. Needs nothing but
Python; everything is on loopback and in one temporary folder, which takes about 2 GiB for 10⁶ queries.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HECHA = os.path.abspath(os.environ.get("HECHA", os.path.join(ROOT, "target/release/hecha")))


def sandbox(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [HECHA, "sandbox", "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    variables = {}
    for _ in range(9):
        name, _, value = process.stdout.readline().decode().strip().removeprefix("export ").partition("=")
        variables[name] = value
    variables |= {"HOME": folder, "PATH": os.environ["PATH"], "HECHA_ARCHIVE": os.path.join(folder, "archive.db")}
    return process, variables


def measure(count, folder, variables):
    names = os.path.join(folder, "names.txt")
    with open(names, "w", encoding="utf-8") as lines:
        lines.writelines(f"北京第{number}号科技有限公司\n" for number in range(count))
    command = [HECHA, "dishonest", "-q", "-i", names, "--page", "1", "-j", "8", "--max-calls", str(2 * count)]
    command += ["-f", "csv", "-o", os.path.join(folder, "out.csv")]
    begun = time.monotonic()
    process = subprocess.Popen(command, env=variables)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    if status != 0:
        raise SystemExit(f"failed with {count} queries: {status}")
    for name in os.listdir(folder):
        if name.startswith("archive.db"):
            os.remove(os.path.join(folder, name))
    processor = (usage.ru_utime + usage.ru_stime) / count * 1e6
    return count, seconds / count * 1e6, processor, usage.ru_maxrss / 1024


def plot(rows, path):
    width, height, left, top = 720, 300, 70, 40
    column = (width - 2 * left) / max(1, len(rows) - 1)
    highest = {1: 1.25 * max(max(row[1], row[2]) for row in rows), 3: 1.25 * max(row[3] for row in rows)}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="20" font-size="14">Cost of one query as the list grows (8 at a time, archive on, loopback)</text>',
    ]
    bottom = height - 45

    def at(index, value, most):
        return left + index * column, bottom - value / most * (bottom - top)

    for part in range(5):
        y = bottom - part / 4 * (bottom - top)
        lines.append(f'<line x1="{left}" y1="{y:.1f}" x2="{width - left}" y2="{y:.1f}" stroke="#ddd"/>')
        lines.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{highest[1] * part / 4:.0f} µs</text>')
        lines.append(f'<text x="{width - left + 8}" y="{y + 4:.1f}">{highest[3] * part / 4:.0f} MiB</text>')
    for index, row in enumerate(rows):
        x, _ = at(index, 0, 1)
        lines.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{row[0]:,}</text>')
    series = [(1, highest[1], "#1f77b4", "time"), (2, highest[1], "#2ca02c", "processor time"), (3, highest[3], "#d62728", "peak memory (right)")]
    for place, (field, most, colour, name) in enumerate(series):
        points = [at(index, row[field], most) for index, row in enumerate(rows)]
        path_of_points = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{path_of_points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        lines.append(f'<text x="{left + place * 190}" y="{height - 8}" fill="{colour}">{name}</text>')
    with open(path, "w", encoding="utf-8") as svg:
        svg.write("\n".join([*lines, "</svg>", ""]))


def main():
    highest = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    folder = tempfile.mkdtemp()
    process, variables = sandbox(folder)
    rows = []
    try:
        print("| queries | time for each | processor time for each | peak memory |\n|---|---|---|---|", flush=True)
        for power in range(3, highest + 1):
            rows.append(measure(10**power, folder, variables))
            count, wall, processor, peak = rows[-1]
            print(f"| {count:,} | {wall:.0f} µs | {processor:.0f} µs | {peak:.1f} MiB |", flush=True)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)
    plot(rows, os.path.join(ROOT, "docs/scale.svg"))


main()

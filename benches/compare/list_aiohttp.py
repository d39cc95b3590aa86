"""The script that an analyst would write: every company of a list, eight at a time, all columns to CSV.

usage: list_aiohttp.py ENDPOINT LIST OUTPUT [CONCURRENCY [DATABASE]]

It does what `hecha dishonest -i LIST -f csv -o OUTPUT` does without an archive: one GET for each name with the code
in a header, the answer's code checked, every record flattened, rows in the order of the list. With DATABASE each body
is committed to sqlite3 before its rows are written. It does not retry, reuse, count or check anything else.
"""

import asyncio
import csv
import json
import sqlite3
import sys
import time

import aiohttp

FIELDS = (
    "id iname type cardnum businessentity casecode courtname areaname regdate publishdate gistid gistunit duty "
    "disrupttypename performance performedPart unperformPart cpwsUrl status focusnumber cid dishonestid businessId "
    "legelId legelType legelToco staff"
).split()


def opened(path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("CREATE TABLE answers (name TEXT, at REAL, body BLOB)")
    return database


async def rows_of(session, endpoint, name, database):
    parameters = {"keyword": name, "pageNum": "1", "pageSize": "20"}
    async with session.get(endpoint, params=parameters) as answer:
        content = await answer.read()
    if database:
        with database:
            database.execute("INSERT INTO answers VALUES (?, ?, ?)", (name, time.time(), content))
    body = json.loads(content)
    if body["code"] not in (0, 2):
        raise SystemExit(f"{name}: {body['desc']}")
    items = (body.get("result") or {}).get("items") or []
    return [[name, "market", *(item.get(field) for field in FIELDS)] for item in items]


async def worker(session, endpoint, names, done, database):
    for position, name in names:
        done[position].set_result(await rows_of(session, endpoint, name, database))


async def main():
    endpoint, source, target = sys.argv[1:4]
    concurrency = int(sys.argv[4]) if len(sys.argv) > 4 else 8
    database = opened(sys.argv[5]) if len(sys.argv) > 5 else None
    with open(source, encoding="utf-8") as lines:
        names = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    done = [asyncio.get_running_loop().create_future() for _ in names]
    queue = iter(enumerate(names))
    connector = aiohttp.TCPConnector(limit=concurrency)
    headers = {"Authorization": "APPCODE throw-away"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        workers = [asyncio.create_task(worker(session, endpoint, queue, done, database)) for _ in range(concurrency)]
        with open(target, "w", encoding="utf-8", newline="") as output:
            writer = csv.writer(output)
            writer.writerow(["query", "provider", *FIELDS])
            for future in done:
                writer.writerows(await future)
        await asyncio.gather(*workers)


asyncio.run(main())

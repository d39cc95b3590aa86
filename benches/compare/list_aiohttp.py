"""The script that an analyst would write: every company of a list, eight at a time, all columns to CSV.

usage: list_aiohttp.py ENDPOINT LIST OUTPUT [CONCURRENCY]

What it does is what `hecha dishonest -i LIST -f csv -o OUTPUT` does without an archive: one GET for each name
with the code in a header, the answer's code checked, every record flattened, rows in the order of the list.
It does not retry, keep, count or check anything.
"""

import asyncio
import csv
import json
import sys

import aiohttp

FIELDS = (
    "id iname type cardnum businessentity casecode courtname areaname regdate publishdate gistid gistunit duty "
    "disrupttypename performance performedPart unperformPart cpwsUrl status focusnumber cid dishonestid businessId "
    "legelId legelType legelToco staff"
).split()


async def rows_of(session, endpoint, name):
    parameters = {"keyword": name, "pageNum": "1", "pageSize": "20"}
    async with session.get(endpoint, params=parameters) as answer:
        body = json.loads(await answer.read())
    if body["code"] not in (0, 2):
        raise SystemExit(f"{name}: {body['desc']}")
    items = (body.get("result") or {}).get("items") or []
    return [[name, "market", *(item.get(field) for field in FIELDS)] for item in items]


async def worker(session, endpoint, names, done):
    for position, name in names:
        done[position].set_result(await rows_of(session, endpoint, name))


async def main():
    endpoint, source, target = sys.argv[1:4]
    concurrency = int(sys.argv[4]) if len(sys.argv) > 4 else 8
    with open(source, encoding="utf-8") as lines:
        names = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    done = [asyncio.get_running_loop().create_future() for _ in names]
    queue = iter(enumerate(names))
    connector = aiohttp.TCPConnector(limit=concurrency)
    headers = {"Authorization": "APPCODE throw-away"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        workers = [asyncio.create_task(worker(session, endpoint, queue, done)) for _ in range(concurrency)]
        with open(target, "w", encoding="utf-8", newline="") as output:
            writer = csv.writer(output)
            writer.writerow(["query", "provider", *FIELDS])
            for future in done:
                writer.writerows(await future)
        await asyncio.gather(*workers)


asyncio.run(main())

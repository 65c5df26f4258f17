"""A connection to the database beside the server's: python3 rows.py FILE.

Each line of standard input is a JSON array of statements, each with its rows of arguments: [["DELETE …", [[1], [2]]], …].
They are one transaction. The answer is a line with the rows of the last statement.
"""

import json
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = OFF")
for line in sys.stdin:
    rows = []
    db.execute("BEGIN IMMEDIATE")
    for statement, arguments in json.loads(line):
        for values in arguments:
            rows = db.execute(statement, values).fetchall()
    db.execute("COMMIT")
    print(json.dumps(rows), flush=True)

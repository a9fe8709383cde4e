"""Writes vectors.json: requests that botocore signed. Run it to renew them."""
import datetime
import json

import botocore
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.timezone.utc)


auth.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW

plain = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
session = Credentials("ASIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session+token/==")
HOST = "abc.execute-api.us-east-1.amazonaws.com"
cases = [
    ("plain", "GET", "/prod/pets", {}, b"", plain, False),
    ("root", "GET", "/", {}, b"", plain, False),
    ("body", "POST", "/prod/pets", {"Content-Type": "application/json"}, '{"name":"ünï"}'.encode(), plain, False),
    ("escaped path", "GET", "/prod/a%20b%2Fc/%C3%BC", {}, b"", plain, False),
    ("connections", "POST", "/prod/@connections/abc%3D", {}, b"hello", plain, False),
    ("reserved in path", "GET", "/prod/a:b@c+d=e;f,g$h!i*j'k(l)m", {}, b"", plain, False),
    ("doubled slashes and dots", "GET", "/prod//a/./b/../c/", {}, b"", plain, False),
    ("query", "GET", "/prod/pets?b=2&a=1&a=0&empty=&c=%2F%20%C3%BC~", {}, b"", plain, False),
    ("query of case", "GET", "/prod/pets?B=1&a=1&A=2", {}, b"", plain, False),
    ("blanks in headers", "GET", "/prod/pets", {"X-Blank": "  a   b  ", "X-Other": "c"}, b"", plain, False),
    ("session", "DELETE", "/prod/pets", {}, b"", session, False),
    ("presigned", "GET", "/prod/pets?b=2&a=%2F", {}, b"", plain, True),
    ("presigned session", "GET", "/prod/a%20b", {}, b"", session, True),
]
out = []
for name, method, target, headers, body, credentials, presigned in cases:
    request = AWSRequest(method, "https://" + HOST + target, headers=dict(headers), data=body)
    kind = auth.SigV4QueryAuth(credentials, "execute-api", "us-east-1", expires=120) if presigned else auth.SigV4Auth(credentials, "execute-api", "us-east-1")
    kind.add_auth(request)
    path, _, query = request.url[len("https://" + HOST):].partition("?")
    out.append({"name": name, "method": method, "path": path, "query": query, "body": body.decode(), "presigned": presigned,
                "headers": {**{k.lower(): v for k, v in request.headers.items()}, "host": HOST}})
with open("vectors.json", "w") as file:
    json.dump({"made_by": "botocore " + botocore.__version__, "now": NOW.isoformat(), "vectors": out}, file, indent=1)
    file.write("\n")

"""What the scripts share: a client, and checks that compare whole answers."""
import datetime
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

URL = sys.argv[1]
CONFIG = Config(retries={"max_attempts": 1}, parameter_validation=False)
client = boto3.client("apigateway", endpoint_url=URL, config=CONFIG)


class Any:
    """Stands for any value of a type."""

    def __init__(self, kind, length=None):
        self.kind, self.length = kind, length

    def __eq__(self, other):
        return isinstance(other, self.kind) and (self.length is None or len(other) == self.length)

    def __repr__(self):
        return f"<{self.kind.__name__} {self.length or ''}>"


TIME = Any(datetime.datetime)
ID = Any(str, 6)
LONG_ID = Any(str, 10)


def body(answer):
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def want(got, expected, what="answer"):
    if isinstance(got, dict) and "ResponseMetadata" in got:
        got = body(got)
    # Any compares itself, so it has to stand on the left.
    assert expected == got, f"{what}:\n got  {got!r}\n want {expected!r}"
    return got


def status(answer, expected):
    want(answer["ResponseMetadata"]["HTTPStatusCode"], expected, "status")
    return answer


CODES = {"AccessDeniedException": 400, "BadRequestException": 400, "NotFoundException": 404, "ConflictException": 409, "ValidationException": 400,
         "SerializationException": 400, "NotImplementedException": 501}


def refused(code, text, call, **arguments):
    try:
        answer = call(**arguments)
    except ClientError as error:
        want((error.response["Error"]["Code"], error.response["Error"]["Message"]), (code, text), f"{call.__name__}({arguments})")
        want(error.response["ResponseMetadata"]["HTTPStatusCode"], CODES[code], call.__name__)
        return
    raise AssertionError(f"{call.__name__}({arguments}) was not refused: {body(answer)}")


def bad(text, call, **arguments):
    refused("BadRequestException", text, call, **arguments)


def missing(text, call, **arguments):
    refused("NotFoundException", text, call, **arguments)


def conflict(text, call, **arguments):
    refused("ConflictException", text, call, **arguments)


def patch(op, path, value=None, **more):
    return [{key: one for key, one in {"op": op, "path": path, "value": value, **more}.items() if one is not None}]


def api(name="test", **arguments):
    made = client.create_rest_api(name=name, **arguments)
    return made["id"], made["rootResourceId"]


def pages(operation, key="items", size=2, **arguments):
    """All items by AWS's own paginator, a few a page."""
    found = []
    for one in client.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **arguments):
        assert len(one[key]) <= size, one
        found += one[key]
    return found


def done():
    print("all as AWS")

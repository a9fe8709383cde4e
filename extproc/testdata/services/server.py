"""moto's server behind a verifier of signatures that is botocore's, not ours.

Prints its port once the resources of services.yaml exist, and ends with its
standard input.
"""

import hashlib
import json
import re
import sys
import threading

import boto3
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

KEY, SECRET = sys.argv[1], sys.argv[2]
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})$"
)



def fault(environ, body):
    """Why the signature of a request is wrong; None: it is right."""
    found = AUTHORIZATION.match(environ.get("HTTP_AUTHORIZATION", ""))
    if not found:
        return "no signature: " + environ.get("HTTP_AUTHORIZATION", "")
    if found["key"] != KEY:
        return "key " + found["key"]
    request = AWSRequest(environ["REQUEST_METHOD"], "http://" + environ["HTTP_HOST"] + environ["RAW_URI"], data=body)
    for name in found["signed"].split(";"):
        variable = name.upper().replace("-", "_")
        value = environ.get("HTTP_" + variable, environ.get(variable))
        if value is None:
            return "signed header " + name + " did not come"
        if name != "host":
            request.headers[name] = value
    if "host" not in found["signed"].split(";"):
        return "host is not signed"
    request.context["timestamp"] = environ.get("HTTP_X_AMZ_DATE", "")
    digest = hashlib.sha256(body).hexdigest()
    kind = SigV4Auth
    if found["service"] == "s3":
        kind = S3SigV4Auth
        if environ.get("HTTP_X_AMZ_CONTENT_SHA256") not in (digest, "UNSIGNED-PAYLOAD"):
            return "x-amz-content-sha256 is not the body's"
    auth = kind(Credentials(KEY, SECRET), found["service"], found["region"])
    canonical = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, canonical), request)
    if signature != found["signature"]:
        return "signature; botocore's canonical request is\n" + canonical
    return None


class Body:
    """A request's body, once more."""

    def __init__(self, text):
        self.text = text

    def read(self, size=-1):
        piece = self.text if size is None or size < 0 else self.text[:size]
        self.text = self.text[len(piece):]
        return piece


def verified(application):
    def serve(environ, start):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        wrong = fault(environ, body)
        if wrong:
            start("403 Forbidden", [("Content-Type", "text/plain"), ("x-verifier", "refused")])
            return [wrong.encode()]
        environ["wsgi.input"] = Body(body)
        return application(environ, start)

    return serve


def prepare(endpoint):
    session = boto3.session.Session(aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")

    def client(name):
        return session.client(name, endpoint_url=endpoint)

    client("sqs").create_queue(QueueName="orders")
    client("dynamodb").create_table(
        TableName="pets", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    client("s3").create_bucket(Bucket="photos")
    client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    client("ssm").put_parameter(Name="color", Value="blue", Type="String")
    topic = client("sns").create_topic(Name="news")["TopicArn"]
    queue = client("sqs").create_queue(QueueName="news")["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    client("events").create_event_bus(Name="bus")
    client("iam").create_role(RoleName="machine", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }))
    client("stepfunctions").create_state_machine(
        name="machine", roleArn="arn:aws:iam::123456789012:role/machine",
        definition=json.dumps({"StartAt": "s", "States": {"s": {"Type": "Pass", "End": True}}}),
    )


def main():
    server = make_server("127.0.0.1", 0, verified(DomainDispatcherApplication(create_backend_app)), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    prepare(f"http://127.0.0.1:{server.port}")
    print(server.port, flush=True)
    sys.stdin.read()


main()

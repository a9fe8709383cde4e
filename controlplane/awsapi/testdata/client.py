"""Calls the edge of the control API as boto3 does and checks what it reads."""
import datetime
import sys
import urllib.error
import urllib.request

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError

url = sys.argv[1]
config = Config(retries={"max_attempts": 1}, parameter_validation=False)
client = boto3.client("apigateway", endpoint_url=url, config=config)


def want(got, expected, what):
    assert got == expected, f"{what}: got {got!r}, want {expected!r}"


def refused(code, status, text, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        want((error.response["Error"]["Code"], error.response["Error"]["Message"]), (code, text), call)
        want(error.response["ResponseMetadata"]["HTTPStatusCode"], status, call)
        want(len(error.response["ResponseMetadata"]["RequestId"]), 36, "request id")
        return
    raise AssertionError(f"{call} was not refused")


made = client.create_rest_api(name="ünïcode", tags={}, minimumCompressionSize=0)
want(made["ResponseMetadata"]["HTTPStatusCode"], 201, "status")
want(made["name"], "ünïcode", "name")
want(made["minimumCompressionSize"], 0, "zero")
want(made["createdDate"], datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), "time")
want([one["id"] for one in client.get_rest_apis()["items"]], ["a", "b"], "list")
want(client.get_rest_api(restApiId="a b/ü%2F+")["id"], "a b/ü%2F+", "path label")
want(client.import_rest_api(body=b"x", parameters={"basepath": "split", "a b": "c+d&e"}, failOnWarnings=False)["description"],
     "false x map[a b:c+d&e basepath:split]", "import")
want(client.delete_rest_api(restApiId="a")["ResponseMetadata"]["HTTPStatusCode"], 202, "delete")
refused("NotFoundException", 404, "Invalid API identifier specified 000000000000:missing", client.get_rest_api, restApiId="missing")
refused("NotImplementedException", 501, "GetSdkTypes is not implemented by Sluice yet.", client.get_sdk_types)
refused("ValidationException", 400,
        "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null",
        client.create_rest_api)
refused("BadRequestException", 400, "arn:aws:x::/a/b+c", client.untag_resource, resourceArn="arn:aws:x::/a/", tagKeys=["b", "c"])
refused("InvalidSignatureException", 403,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        boto3.client("apigateway", endpoint_url=url, aws_secret_access_key="wrong", aws_access_key_id="AKIDROOT", config=config).get_rest_apis)
refused("ExpiredTokenException", 403, "The security token included in the request is expired",
        boto3.client("apigateway", endpoint_url=url, aws_secret_access_key="x", aws_access_key_id="AKIDROOT", aws_session_token="old", config=config).get_rest_apis)
want(boto3.client("sts", endpoint_url=url, config=config).get_caller_identity()["Arn"], "arn:aws:iam::000000000000:root", "STS")
refused("NotImplemented", 501, "ListUsers is not implemented by Sluice yet.", boto3.client("iam", endpoint_url=url, config=config).list_users)
refused("InvalidClientTokenId", 403, "The security token included in the request is invalid.",
        boto3.client("sts", endpoint_url=url, aws_secret_access_key="x", aws_access_key_id="AKIDX", config=config).get_caller_identity)
refused("NotImplementedException", 501, "ListCertificates is not implemented by Sluice yet.", boto3.client("acm", endpoint_url=url, config=config).list_certificates)
refused("NotImplementedException", 501, "GetApis is not implemented by Sluice yet.", boto3.client("apigatewayv2", endpoint_url=url, config=config).get_apis)

# The presigned form, and each of its parameters changed.
request = AWSRequest("GET", url + "/restapis/pre%20signed?x=1&b=a%2Fb")
SigV4QueryAuth(boto3.Session().get_credentials(), "apigateway", "us-east-1", expires=60).add_auth(request)
want(urllib.request.urlopen(request.url).status, 200, "presigned")
for old, new in [("Expires=60", "Expires=61"), ("Signature=", "Signature=0"), ("x=1", "x=2"), ("pre%20signed", "pre"), ("us-east-1", "us-east-2"), ("AKIDROOT", "AKIDUSER")]:
    try:
        urllib.request.urlopen(request.url.replace(old, new))
    except urllib.error.HTTPError as error:
        want(error.code, 403, old)
    else:
        raise AssertionError(f"{old} was changed and not refused")
print("all as AWS")

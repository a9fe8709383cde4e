import os

from aws import *

made = status(client.create_rest_api(name="pets"), 201)
first = want(made, {
    "id": LONG_ID, "name": "pets", "createdDate": TIME, "apiKeySource": "HEADER", "disableExecuteApiEndpoint": False,
    "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"}, "rootResourceId": LONG_ID})
want(client.get_rest_api(restApiId=first["id"]), first)
missing(f"Invalid API identifier specified 000000000000:{first['id'].upper()}", client.get_rest_api, restApiId=first["id"].upper())

full = client.create_rest_api(
    name="full", description="d", version="v1", binaryMediaTypes=["image/png"], minimumCompressionSize=0, apiKeySource="AUTHORIZER",
    endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-1"]}, tags={"a": "b"}, disableExecuteApiEndpoint=True,
    policy='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]}')
arn = f"arn:aws:execute-api:us-east-1:000000000000:{full['id']}/*"
policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"%s"}]}' % arn
want(full, {
    "id": LONG_ID, "name": "full", "description": "d", "version": "v1", "createdDate": TIME, "binaryMediaTypes": ["image/png"],
    "minimumCompressionSize": 0, "apiKeySource": "AUTHORIZER", "rootResourceId": LONG_ID, "tags": {"a": "b"}, "disableExecuteApiEndpoint": True,
    "endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack", "vpcEndpointIds": ["vpce-1"]},
    "policy": policy.replace('"', '\\"')})
want(client.create_rest_api(name="empty", binaryMediaTypes=[]).get("binaryMediaTypes"), None)

bad("Description cannot be an empty string", client.create_rest_api, name="x", description="")
bad("Description cannot be an empty string", client.create_rest_api, name="x", description="", endpointConfiguration={"types": []})
for size in (-1, 10485761, "test"):
    bad("Invalid minimum compression size, must be between 0 and 10485760", client.create_rest_api, name="x", minimumCompressionSize=size)
bad("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.", client.create_rest_api, name="x", endpointConfiguration={"types": []})
bad("Cannot create an api with multiple Endpoint Types.", client.create_rest_api, name="x", endpointConfiguration={"types": ["EDGE", "REGIONAL"]})
bad("Only dualstack ipAddressType is supported for Private APIs.", client.create_rest_api, name="x",
    endpointConfiguration={"types": ["PRIVATE"], "ipAddressType": "ipv4"})
refused("ValidationException",
        "2 validation errors detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy "
        "constraint: Member must satisfy enum value set: [ipv4, dualstack]",
        client.create_rest_api, name="x", description="", endpointConfiguration={"types": ["wrong"], "ipAddressType": "wrong"})
bad("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.", client.create_rest_api, name="x", policy="{}")

update = lambda *operations: client.update_rest_api(restApiId=first["id"], patchOperations=[one for operation in operations for one in operation])
update.__name__ = "update_rest_api"
changed = {**first, "tags": {}, "name": "dogs", "description": "d", "minimumCompressionSize": 10, "disableExecuteApiEndpoint": True, "binaryMediaTypes": ["image/jpeg"]}
want(status(update(patch("replace", "/name", "dogs"), patch("replace", "/description", "d"), patch("replace", "/minimumCompressionSize", "10"),
                   patch("replace", "/disableExecuteApiEndpoint", "true"), patch("add", "/binaryMediaTypes/image~1png"),
                   patch("replace", "/binaryMediaTypes/image~1png", "image/jpeg")), 200), changed)
del changed["description"], changed["minimumCompressionSize"], changed["binaryMediaTypes"]
want(update(patch("remove", "/description"), patch("replace", "/minimumCompressionSize"), patch("remove", "/binaryMediaTypes/image~1jpeg")), changed)
want(update(patch("replace", "/endpointConfiguration/types/EDGE", "PRIVATE"))["endpointConfiguration"], {"types": ["PRIVATE"], "ipAddressType": "dualstack"})
change = lambda op, path, value=None: dict(call=client.update_rest_api, restApiId=first["id"], patchOperations=patch(op, path, value))
for op in ("add", "replace", "remove"):
    bad("Invalid patch path /binaryMediaTypes", **change(op, "/binaryMediaTypes", "x"))
bad("Invalid patch operation specified. Must be one of: [replace]", **change("add", "/minimumCompressionSize", "10"))
bad("Invalid minimum compression size, must be between 0 and 10485760", **change("replace", "/minimumCompressionSize", "-1"))
bad("Invalid patch operation specified. Must be 'add'|'remove'|'replace'", **change("add", "/endpointConfiguration/types/EDGE", "EDGE"))
bad("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE", **change("replace", "/endpointConfiguration/types/EDGE", "wrong"))
bad("ipAddressType must be either ipv4 or dualstack.", **change("replace", "/endpointConfiguration/ipAddressType", "wrong"))
bad("Only dualstack ipAddressType is supported for Private APIs.", **change("replace", "/endpointConfiguration/ipAddressType", "ipv4"))
bad("Invalid patch path /wrong", **change("replace", "/wrong", "x"))
bad("Invalid patch path null", client.update_rest_api, restApiId=first["id"], patchOperations=[{"op": "replace"}])
refused("ValidationException",
        "1 validation error detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: "
        "Member must satisfy enum value set: [add, remove, move, test, replace, copy]", **change("wrong", "/name", "x"))
missing("Invalid API identifier specified 000000000000:nope", client.update_rest_api, restApiId="nope", patchOperations=[])

# A clone has the resources and methods, under ids of its own.
child = client.create_resource(restApiId=full["id"], parentId=full["rootResourceId"], pathPart="pets")
client.put_method(restApiId=full["id"], resourceId=child["id"], httpMethod="GET", authorizationType="NONE")
client.put_integration(restApiId=full["id"], resourceId=child["id"], httpMethod="GET", type="MOCK")
clone = client.create_rest_api(name="clone", cloneFrom=full["id"])
resources = client.get_resources(restApiId=clone["id"], embed=["methods"])["items"]
want([one["path"] for one in resources], ["/", "/pets"])
want(resources[0]["id"], clone["rootResourceId"])
assert resources[1]["id"] != child["id"] and resources[1]["parentId"] == clone["rootResourceId"], resources
want(resources[1]["resourceMethods"]["GET"]["methodIntegration"]["cacheNamespace"], resources[1]["id"])

# Lists, and that accounts are blind to each other.
ids = {one["id"] for one in pages("get_rest_apis")}
assert {first["id"], full["id"], clone["id"]} <= ids, ids
want(len(client.get_rest_apis(limit=1)["items"]), 1)
other = boto3.client("apigateway", endpoint_url=URL, config=CONFIG, aws_access_key_id="AKIDOTHER", aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"])
want(other.get_rest_apis()["items"], [])
missing(f"Invalid API identifier specified 111111111111:{first['id']}", other.get_rest_api, restApiId=first["id"])
missing(f"Invalid API identifier specified 111111111111:{first['id']}", other.delete_rest_api, restApiId=first["id"])

status(client.delete_rest_api(restApiId=first["id"]), 202)
missing(f"Invalid API identifier specified 000000000000:{first['id']}", client.delete_rest_api, restApiId=first["id"])
done()

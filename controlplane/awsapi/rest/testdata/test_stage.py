from aws import *

one, root = api()
at = {"restApiId": one}
bad("The REST API doesn't contain any methods", client.create_deployment, **at)
client.put_method(**at, resourceId=root, httpMethod="GET", authorizationType="NONE")
bad("No integration defined for method", client.create_deployment, **at)
client.put_integration(**at, resourceId=root, httpMethod="GET", type="MOCK")

first = want(status(client.create_deployment(**at, description="d"), 201), {"id": ID, "createdDate": TIME, "description": "d"})
second = want(client.create_deployment(**at, stageName="dev", stageDescription="s", variables={"v": "1"}), {"id": ID, "createdDate": TIME})
fresh = {"cacheClusterEnabled": False, "cacheClusterStatus": "NOT_AVAILABLE", "methodSettings": {}, "tracingEnabled": False, "createdDate": TIME, "lastUpdatedDate": TIME}
dev = want(client.get_stage(**at, stageName="dev"), {"deploymentId": second["id"], "stageName": "dev", "description": "s", "variables": {"v": "1"}, **fresh})
third = client.create_deployment(**at, stageName="dev")
want(client.get_stage(**at, stageName="dev"), {**dev, "deploymentId": third["id"], "lastUpdatedDate": TIME})
want(client.get_deployment(**at, deploymentId=first["id"]), first)
want(client.get_deployment(**at, deploymentId=first["id"], embed=["apisummary"]), {
    **first, "apiSummary": {"/": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}}})
want(sorted(d["id"] for d in pages("get_deployments", **at)), sorted([first["id"], second["id"], third["id"]]))
missing("Invalid Deployment identifier specified", client.get_deployment, **at, deploymentId="nope")
missing("Invalid API identifier specified 000000000000:nope", client.create_deployment, restApiId="nope")
bad("Active stages pointing to this deployment must be moved or deleted", client.delete_deployment, **at, deploymentId=third["id"])
want(client.update_deployment(**at, deploymentId=first["id"], patchOperations=patch("replace", "/description", "n"))["description"], "n")
status(client.delete_deployment(**at, deploymentId=second["id"]), 202)
missing("Invalid Deployment identifier specified", client.delete_deployment, **at, deploymentId=second["id"])

want(status(client.create_stage(**at, stageName="prod", deploymentId=first["id"], description="d", variables={"a": "b"}, tags={"t": "u"}, tracingEnabled=True), 201), {
    "deploymentId": first["id"], "stageName": "prod", "description": "d", "variables": {"a": "b"}, "tags": {"t": "u"}, **fresh, "tracingEnabled": True})
conflict("Stage already exists", client.create_stage, **at, stageName="prod", deploymentId=first["id"])
bad("Stage name only allows a-zA-Z0-9_", client.create_stage, **at, stageName="a b", deploymentId=first["id"])
bad("Deployment id does not exist", client.create_stage, **at, stageName="x", deploymentId="nope")
missing("Invalid stage identifier specified", client.get_stage, **at, stageName="nope")
want([s["stageName"] for s in client.get_stages(**at)["item"]], ["dev", "prod"])
want([s["stageName"] for s in client.get_stages(**at, deploymentId=first["id"])["item"]], ["prod"])

update = lambda *operations: body(client.update_stage(**at, stageName="prod", patchOperations=[one for operation in operations for one in operation]))
change = lambda op, path, value=None, **more: dict(call=client.update_stage, **at, stageName="prod", patchOperations=patch(op, path, value, **more))
got = update(patch("replace", "/deploymentId", third["id"]), patch("replace", "/description", "n"), patch("replace", "/variables/a", "c"), patch("replace", "/tracingEnabled", "false"))
want((got["deploymentId"], got["description"], got["variables"], got["tracingEnabled"]), (third["id"], "n", {"a": "c"}, False))
want(update(patch("remove", "/variables/a")).get("variables"), None)
got = update(patch("replace", "/cacheClusterEnabled", "true"))
want((got["cacheClusterStatus"], got["cacheClusterSize"]), ("CREATE_IN_PROGRESS", "0.5"))
want(client.get_stage(**at, stageName="prod")["cacheClusterStatus"], "AVAILABLE")
want(update(patch("replace", "/cacheClusterEnabled", "false"))["cacheClusterStatus"], "NOT_AVAILABLE")

setting = {"cacheDataEncrypted": False, "cacheTtlInSeconds": 300, "cachingEnabled": True, "dataTraceEnabled": False, "metricsEnabled": False,
           "requireAuthorizationForCacheControl": True, "throttlingBurstLimit": 5000, "throttlingRateLimit": 10000.0,
           "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER"}
want(update(patch("replace", "/*/*/throttling/burstLimit", "123"))["methodSettings"], {"*/*": {**setting, "throttlingBurstLimit": 123}})
got = update(patch("replace", "/~1test/GET/throttling/rateLimit", "1.5"), patch("replace", "/~1/GET/logging/loglevel", "INFO"),
             patch("replace", "/~1pets~1{id}/ANY/caching/enabled", "false"), patch("remove", "/*/*"))["methodSettings"]
want(got, {"test/GET": {**setting, "throttlingRateLimit": 1.5}, "~1/GET": {**setting, "loggingLevel": "INFO"}, "pets~1{id}/ANY": {**setting, "cachingEnabled": False}})
bad("Cannot remove method setting */* because there is no method setting for this method ", **change("remove", "/*/*"))
bad("Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]", **change("replace", "/accessLogSettings/x", "y"))
bad("Access Log value must not be empty", **change("replace", "/accessLogSettings/format", ""))
log = "arn:aws:logs:us-east-1:000000000000:log-group:g"
want(update(patch("replace", "/accessLogSettings/format", "$context.requestId"), patch("replace", "/accessLogSettings/destinationArn", log))["accessLogSettings"],
     {"format": "$context.requestId", "destinationArn": log})
want(update(patch("remove", "/accessLogSettings")).get("accessLogSettings"), None)
try:
    update(patch("replace", "/X", "y"))
except ClientError as error:
    text = error.response["Error"]["Message"]
    assert text.startswith("Invalid method setting path: /X. Must be one of: [/deploymentId, /description, /cacheClusterEnabled, ") and text.endswith("/variables/{variable_name}, /tracingEnabled]"), text
else:
    raise AssertionError("/X was patched")

# Canaries.
canary = client.create_deployment(**at, stageName="prod", canarySettings={"percentTraffic": 25.0, "stageVariableOverrides": {"a": "z"}})
want(client.get_stage(**at, stageName="prod")["canarySettings"], {"deploymentId": canary["id"], "percentTraffic": 25.0, "stageVariableOverrides": {"a": "z"}, "useStageCache": False})
want(client.get_stage(**at, stageName="prod")["deploymentId"], third["id"])
bad("Active stages pointing to this deployment must be moved or deleted", client.delete_deployment, **at, deploymentId=canary["id"])
refuse = "Invalid deployment content specified."
bad(refuse + "Non null and non empty stageName must be provided for canary deployment. Provided value is null", client.create_deployment, **at, canarySettings={"percentTraffic": 1})
bad(refuse + "Non null and non empty stageName must be provided for canary deployment. Provided value is ", client.create_deployment, **at, stageName="", canarySettings={"percentTraffic": 1})
bad(refuse + "Stage x must already be created before making a canary release deployment", client.create_deployment, **at, stageName="x", canarySettings={"percentTraffic": 1})
bad("Deployment id does not exist", client.create_stage, **at, stageName="x", deploymentId=first["id"], canarySettings={"deploymentId": "nope"})
want(update(patch("replace", "/canarySettings/percentTraffic", "50"), patch("replace", "/canarySettings/stageVariableOverrides/b", "y"))["canarySettings"],
     {"deploymentId": canary["id"], "percentTraffic": 50.0, "stageVariableOverrides": {"a": "z", "b": "y"}, "useStageCache": False})
bad("Invalid add operation with path: /canarySettings/deploymentId", **change("add", "/canarySettings/deploymentId", first["id"]))
bad("Invalid copy operation with path: /variables and from /canarySettings/deploymentId. Valid copy:path are [/deploymentId, /variables] and valid copy:from are "
    "[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]", **change("copy", "/variables", **{"from": "/canarySettings/deploymentId"}))
got = update(patch("copy", "/deploymentId", **{"from": "/canarySettings/deploymentId"}), patch("copy", "/variables", **{"from": "/canarySettings/stageVariableOverrides"}),
             patch("remove", "/canarySettings"))
want((got["deploymentId"], got["variables"], got.get("canarySettings")), (canary["id"], {"a": "z", "b": "y"}, None))
bad("Promotion not available. Canary does not exist.", **change("copy", "/deploymentId", **{"from": "/canarySettings/deploymentId"}))

status(client.delete_stage(**at, stageName="prod"), 202)
missing("Invalid stage identifier specified", client.delete_stage, **at, stageName="prod")
missing("Invalid stage identifier specified", client.update_stage, **at, stageName="prod", patchOperations=[])
done()

from aws import *

one, root = api()
at = {"restApiId": one}
unknown_api = "Invalid API identifier specified 000000000000:nope"

# Models.
empty = {"id": ID, "name": "Empty", "description": "This is a default empty schema model", "contentType": "application/json",
         "schema": '{\n  "$schema": "http://json-schema.org/draft-04/schema#",\n  "title" : "Empty Schema",\n  "type" : "object"\n}'}
want(client.get_model(**at, modelName="Empty"), empty)
want([m["name"] for m in pages("get_models", size=1, **at)], ["Empty", "Error"])
schema = '{"type":"object","properties":{"id":{"type":"integer"},"name":{"type":"string"},"tags":{"type":"array","items":{"type":"string"}}}}'
pet = want(status(client.create_model(**at, name="Pet", description="d", schema=schema, contentType="application/json"), 201), {
    "id": ID, "name": "Pet", "description": "d", "schema": schema, "contentType": "application/json"})
reference = f"https://apigateway.amazonaws.com/restapis/{one}/models/Pet"
client.create_model(**at, name="Pets", schema='{"type":"array","items":{"$ref":"%s"}}' % reference, contentType="application/json")
want(client.get_model(**at, modelName="Pet"), pet)
want(client.get_model(**at, modelName="Pets", flatten=True)["schema"], '{"type":"array","items":{"$ref":"#/definitions/Pet"},"definitions":{"Pet":%s}}' % schema)
template = client.get_model_template(**at, modelName="Pets")["value"]
assert template.startswith("#set($inputRoot = $input.path('$'))\n[\n") and '"name" : "foo"' in template and '"id" : 42' in template, template
missing("Invalid model name specified: nope", client.get_model, **at, modelName="nope")
conflict("Model name already exists for this REST API", client.create_model, **at, name="Pet", schema="{}", contentType="application/json")
bad("Model name must be non-empty", client.create_model, **at, name="", schema="{}", contentType="application/json")
bad("Model schema must have at least 1 property or array items defined", client.create_model, **at, name="x", schema="", contentType="application/json")
bad("Model schema must have at least 1 property or array items defined", client.update_model, **at, modelName="Pet", patchOperations=patch("replace", "/schema", ""))
bad("Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]", client.update_model, **at, modelName="Pet", patchOperations=patch("replace", "/name", "x"))
want(client.update_model(**at, modelName="Pet", patchOperations=patch("replace", "/description", "n"))["description"], "n")
client.put_method(**at, resourceId=root, httpMethod="ANY", authorizationType="NONE", requestModels={"application/json": "Pets"})
conflict("Cannot delete model 'Pets', is referenced in method request: //ANY", client.delete_model, **at, modelName="Pets")
conflict("Cannot delete model 'Pet', is referenced in model: Pets", client.delete_model, **at, modelName="Pet")
client.delete_method(**at, resourceId=root, httpMethod="ANY")
status(client.delete_model(**at, modelName="Pets"), 202)
status(client.delete_model(**at, modelName="Pet"), 202)
missing("Invalid model name specified: Pet", client.delete_model, **at, modelName="Pet")

# Request validators.
validator = want(status(client.create_request_validator(**at, name="v", validateRequestBody=True), 201), {"id": ID, "name": "v", "validateRequestBody": True, "validateRequestParameters": False})
which = dict(**at, requestValidatorId=validator["id"])
want(client.get_request_validator(**which), validator)
want(client.get_request_validators(**at)["items"], [validator])
bad("Invalid REST API identifier specified", client.create_request_validator, restApiId="nope", name="v")
for call in (client.get_request_validator, client.delete_request_validator):
    missing("Invalid Request Validator identifier specified", call, **at, requestValidatorId="nope")
    missing("Invalid Request Validator identifier specified", call, restApiId="nope", requestValidatorId=validator["id"])
change = lambda op, path, value=None: dict(call=client.update_request_validator, **which, patchOperations=patch(op, path, value))
want(client.update_request_validator(**which, patchOperations=patch("replace", "/validateRequestParameters", "true"))["validateRequestParameters"], True)
bad("Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]", **change("replace", "/x", "y"))
bad("Invalid patch path  '/name' specified for op 'add'. Please choose supported operations", **change("add", "/name", "y"))
bad("Request Validator name cannot be blank", **change("replace", "/name", ""))
status(client.delete_request_validator(**which), 202)

# Authorizers.
uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations"
authorizer = want(status(client.create_authorizer(**at, name="a", type="TOKEN", authorizerUri=uri, identitySource="method.request.header.Authorization"), 201), {
    "id": ID, "name": "a", "type": "TOKEN", "authType": "custom", "authorizerUri": uri, "identitySource": "method.request.header.Authorization"})
which = dict(**at, authorizerId=authorizer["id"])
want(client.get_authorizer(**which), authorizer)
want(client.get_authorizers(**at)["items"], [authorizer])
pool = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_a"
want(client.create_authorizer(**at, name="c", type="COGNITO_USER_POOLS", providerARNs=[pool], identitySource="method.request.header.Authorization")["authType"], "cognito_user_pools")
conflict("Unable to complete operation due to concurrent modification. Please try again later.", client.create_authorizer, restApiId="nope", name="a", type="TOKEN", authorizerUri=uri)
missing(unknown_api, client.get_authorizers, restApiId="nope")
missing("Invalid Authorizer identifier specified", client.get_authorizer, **at, authorizerId="nope")
want(client.update_authorizer(**which, patchOperations=patch("replace", "/authorizerResultTtlInSeconds", "10"))["authorizerResultTtlInSeconds"], 10)
client.put_method(**at, resourceId=root, httpMethod="GET", authorizationType="CUSTOM", authorizerId=authorizer["id"])
want(client.get_method(**at, resourceId=root, httpMethod="GET")["authorizerId"], authorizer["id"])
conflict("Cannot delete authorizer 'a', is referenced in method: GET//", client.delete_authorizer, **which)
want("authorizerId" in client.update_method(**at, resourceId=root, httpMethod="GET", patchOperations=patch("replace", "/authorizationType", "NONE")), False)
status(client.delete_authorizer(**which), 202)
missing("Invalid Authorizer identifier specified", client.delete_authorizer, **which)

# Gateway responses.
template = {"application/json": '{"message":$context.error.messageString}'}
everything = client.get_gateway_responses(**at)["items"]
want(len(everything), 21)
want(len(pages("get_gateway_responses", size=10, **at)), 21)
want({r["responseType"]: r.get("statusCode") for r in everything}["DEFAULT_4XX"], None)
want(client.get_gateway_response(**at, responseType="RESOURCE_NOT_FOUND"), {
    "responseType": "RESOURCE_NOT_FOUND", "statusCode": "404", "responseParameters": {}, "responseTemplates": template, "defaultResponse": True})
put = want(status(client.put_gateway_response(**at, responseType="THROTTLED", statusCode="430", responseParameters={"gatewayresponse.header.x": "'y'"}, responseTemplates={"application/json": "{}"}), 201), {
    "responseType": "THROTTLED", "statusCode": "430", "responseParameters": {"gatewayresponse.header.x": "'y'"}, "responseTemplates": {"application/json": "{}"}, "defaultResponse": False})
want(client.get_gateway_response(**at, responseType="THROTTLED"), put)
change = lambda op, path, value=None: dict(call=client.update_gateway_response, **at, responseType="UNAUTHORIZED", patchOperations=patch(op, path, value))
want(client.update_gateway_response(**at, responseType="UNAUTHORIZED", patchOperations=patch("replace", "/statusCode", "402") + patch("add", "/responseParameters/gatewayresponse.header.a", "'b'")), {
    "responseType": "UNAUTHORIZED", "statusCode": "402", "responseParameters": {"gatewayresponse.header.a": "'b'"}, "responseTemplates": template, "defaultResponse": False})
for op in ("add", "remove"):
    bad("Invalid patch path /statusCode", **change(op, "/statusCode", "1"))
missing("Invalid parameter name specified", **change("remove", "/responseParameters/gatewayresponse.header.z"))
bad("Invalid patch path null", client.update_gateway_response, **at, responseType="UNAUTHORIZED", patchOperations=[{"op": "replace"}])
bad("Invalid null or empty value in responseTemplates", **change("add", "/responseTemplates/application~1json"))
bad("Invalid null or empty value in responseParameters", **change("add", "/responseParameters/gatewayresponse.header.z"))
status(client.delete_gateway_response(**at, responseType="THROTTLED"), 202)
missing("Gateway response type not defined on api", client.delete_gateway_response, **at, responseType="THROTTLED")
missing(unknown_api, client.get_gateway_responses, restApiId="nope")

# Documentation.
location = {"type": "METHOD", "path": "/", "method": "GET"}
part = want(status(client.create_documentation_part(**at, location=location, properties='{"description":"x"}'), 201), {"id": ID, "location": location, "properties": '{"description":"x"}'})
which = dict(**at, documentationPartId=part["id"])
want(client.get_documentation_part(**which), part)
want(client.get_documentation_parts(**at)["items"], [part])
want(client.get_documentation_parts(**at, type="MODEL")["items"], [])
want([p["location"] for p in client.get_documentation_parts(**at, locationStatus="UNDOCUMENTED", type="MODEL")["items"]], [{"type": "MODEL", "name": "Empty"}, {"type": "MODEL", "name": "Error"}])
bad("Invalid patch path  '/properties' specified for op 'add'. Please choose supported operations", client.update_documentation_part, **which, patchOperations=patch("add", "/properties", "{}"))
want(client.update_documentation_part(**which, patchOperations=patch("replace", "/properties", '{"a":1}'))["properties"], '{"a":1}')
missing("Invalid Documentation part identifier specified", client.get_documentation_part, **at, documentationPartId="nope")
version = want(status(client.create_documentation_version(**at, documentationVersion="v1", description="d"), 201), {"version": "v1", "description": "d", "createdDate": TIME})
want(client.get_documentation_version(**at, documentationVersion="v1"), version)
want(client.get_documentation_versions(**at)["items"], [version])
want(client.update_documentation_version(**at, documentationVersion="v1", patchOperations=patch("replace", "/description", "n"))["description"], "n")
conflict("Documentation version already exists", client.create_documentation_version, **at, documentationVersion="v1")
status(client.delete_documentation_version(**at, documentationVersion="v1"), 202)
status(client.delete_documentation_part(**which), 202)
missing("Invalid Documentation part identifier specified", client.delete_documentation_part, **which)
bad("Unable to build importer with provided input.", client.import_documentation_parts, **at, body=b"{", mode="overwrite")

# OpenAPI, there and back.
bad("Invalid OpenAPI input.", client.import_rest_api, body=b"{")
document = b'{"openapi":"3.0.1","info":{"title":"imported","version":"7"},"paths":{"/pets":{"get":{"responses":{},"x-amazon-apigateway-integration":{"type":"mock"}}}}}'
made = status(client.import_rest_api(body=document, parameters={"endpointConfigurationTypes": "REGIONAL"}), 201)
want((made["name"], made["version"], made["endpointConfiguration"]["types"]), ("imported", "7", ["REGIONAL"]))
want([r["path"] for r in client.get_resources(restApiId=made["id"])["items"]], ["/", "/pets"])
want(client.get_models(restApiId=made["id"])["items"], [])
client.create_deployment(restApiId=made["id"], stageName="dev")
export = client.get_export(restApiId=made["id"], stageName="dev", exportType="oas30", parameters={"extensions": "apigateway"})
want((export["contentType"], export["contentDisposition"]), ("application/octet-stream", 'attachment; filename="oas30_7.json"'))
assert b'"x-amazon-apigateway-integration"' in export["body"].read()
generated = client.get_sdk(restApiId=made["id"], stageName="dev", sdkType="javascript")
want((generated["contentType"], generated["contentDisposition"]), ("application/octet-stream", f'attachment; filename="javascript_{made["id"]}-dev.zip"'))
assert b"apiGateway-js-sdk/apigClient.js" in generated["body"].read()
bad("Sluice generates javascript clients only; for ruby, generate one from the OpenAPI document that get-export gives", client.get_sdk, restApiId=made["id"], stageName="dev", sdkType="ruby")
missing("Invalid stage identifier specified", client.get_sdk, restApiId=made["id"], stageName="nope", sdkType="javascript")
more = document.replace(b"/pets", b"/dogs").replace(b'"imported"', b'"merged"')
client.put_rest_api(restApiId=made["id"], body=more)
want([r["path"] for r in client.get_resources(restApiId=made["id"])["items"]], ["/", "/pets", "/dogs"])
want(client.put_rest_api(restApiId=made["id"], mode="overwrite", body=more)["tags"], {})
want([r["path"] for r in client.get_resources(restApiId=made["id"])["items"]], ["/", "/dogs"])
done()

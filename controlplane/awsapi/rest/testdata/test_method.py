from aws import *

one, root = api()
at = {"restApiId": one, "resourceId": root}
basic = {"apiKeyRequired": False, "authorizationType": "NONE", "httpMethod": "GET"}
want(status(client.put_method(**at, httpMethod="GET", authorizationType="NONE"), 201), basic)
want(client.get_method(**at, httpMethod="GET"), basic)
validator = client.create_request_validator(restApiId=one, name="v")["id"]
client.create_model(restApiId=one, name="petModel", contentType="application/json", schema="{}")
given = dict(apiKeyRequired=True, operationName="op", requestParameters={"method.request.header.h": True, "method.request.querystring.q": False},
             requestModels={"application/json": "petModel"}, requestValidatorId=validator, authorizationType="AWS_IAM")
want(client.put_method(**at, httpMethod="ANY", **given), {"httpMethod": "ANY", **given})

put = dict(call=client.put_method, restApiId=one, resourceId=root, httpMethod="POST", authorizationType="NONE")
missing("Invalid Resource identifier specified", **{**put, "restApiId": "nope"})
missing("Invalid Resource identifier specified", **{**put, "resourceId": "nope"})
bad("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY", **{**put, "httpMethod": "FOO"})
conflict("Method already exists for this resource", **{**put, "httpMethod": "GET"})
bad("Parameter names must be unique across querystring, header and path", **put,
    requestParameters={"method.request.header.q": True, "method.request.querystring.q": False})
bad("Invalid model identifier specified: nope", **put, requestModels={"application/json": "nope"})
bad("Invalid Request Validator identifier specified", **put, requestValidatorId="nope")
for kind in ("CUSTOM", "COGNITO_USER_POOLS"):
    bad("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        **{**put, "authorizationType": kind}, authorizerId="nope")
unknown = "Invalid Method identifier specified"
missing(unknown, client.get_method, **at, httpMethod="PUT")
missing(unknown, client.delete_method, **at, httpMethod="PUT")
missing(unknown, client.update_method, **at, httpMethod="PUT", patchOperations=[])

change = lambda op, path, value=None: dict(call=client.update_method, **at, httpMethod="ANY", patchOperations=patch(op, path, value))
update = lambda op, path, value=None: client.update_method(**at, httpMethod="ANY", patchOperations=patch(op, path, value))
want(status(update("replace", "/apiKeyRequired", "false"), 200)["apiKeyRequired"], False)
want(update("replace", "/requestValidatorId", "").get("requestValidatorId"), None)
want(update("add", "/requestParameters/method.request.header.h", "false")["requestParameters"], {"method.request.header.h": False, "method.request.querystring.q": False})
want(update("remove", "/requestParameters/method.request.header.h")["requestParameters"], {"method.request.querystring.q": False})
want(update("remove", "/requestModels/application~1json").get("requestModels"), None)
want(update("add", "/requestModels/application~1json", "petModel")["requestModels"], {"application/json": "petModel"})
bad("Invalid patch operation specified. Must be one of: [replace]", **change("add", "/authorizationType", "NONE"))
bad("Invalid patch path /httpMethod", **change("replace", "/httpMethod", "PUT"))
bad("Invalid patch path /requestParameters", **change("replace", "/requestParameters", "PUT"))
bad("Invalid patch path /requestModels/application/json", **change("add", "/requestModels/application/json", "petModel"))
bad("Invalid model identifier specified: nope", **change("add", "/requestModels/application~1json", "nope"))
bad("Invalid Request Validator identifier specified", **change("replace", "/requestValidatorId", "nope"))
bad("Parameter names must be unique across querystring, header and path", **change("add", "/requestParameters/method.request.header.q", "true"))
bad("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    **change("replace", "/authorizationType", "CUSTOM"))

# Responses.
at["httpMethod"] = "GET"
answer = {"statusCode": "200", "responseParameters": {"method.response.header.h": True}, "responseModels": {"application/json": "petModel"}}
want(status(client.put_method_response(**at, **answer), 201), answer)
want(client.get_method_response(**at, statusCode="200"), answer)
want(client.get_method(**at)["methodResponses"], {"200": answer})
missing("Invalid Resource identifier specified", client.put_method_response, restApiId="nope", resourceId=root, httpMethod="GET", statusCode="201")
missing(unknown, client.put_method_response, **{**at, "httpMethod": "PUT"}, statusCode="201")
conflict("Response already exists for this resource", client.put_method_response, **at, statusCode="200")
refused("ValidationException", "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
        client.put_method_response, **at, statusCode="wrong")
for call in (client.get_method_response, client.delete_method_response):
    missing("Invalid Response status code specified", call, **at, statusCode="404")
missing("Invalid Response status code specified", client.update_method_response, **at, statusCode="404", patchOperations=[])
respond = lambda op, path, value=None: dict(call=client.update_method_response, **at, statusCode="200", patchOperations=patch(op, path, value))
want(status(client.update_method_response(**at, statusCode="200", patchOperations=patch("add", "/responseParameters/method.response.header.i", "false")), 201), {
    **answer, "responseParameters": {"method.response.header.h": True, "method.response.header.i": False}})
missing("Invalid parameter name specified", **respond("replace", "/responseParameters/method.response.header.z", "true"))
missing("Content-Type specified was not found", **respond("remove", "/responseModels/text~1plain"))
bad("Invalid patch path /wrong/x", **respond("add", "/wrong/x", "y"))
status(client.delete_method_response(**at, statusCode="200"), 204)
missing("Invalid Response status code specified", client.get_method_response, **at, statusCode="200")
status(client.delete_method(**at), 204)
missing(unknown, client.get_method, **at)
done()

from aws import *

one, root = api()
at = {"restApiId": one, "resourceId": root, "httpMethod": "GET"}
client.put_method(**at, authorizationType="NONE", requestParameters={"method.request.path.proxy": True})
missing("Invalid Integration identifier specified", client.get_integration, **at)
defaults = {"cacheKeyParameters": [], "cacheNamespace": root, "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000}
want(status(client.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}), 201), {
    **defaults, "type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}})
http = want(client.put_integration(**at, type="HTTP_PROXY", integrationHttpMethod="ANY", uri="https://a.example/{proxy}/${stageVariables.v}",
                                   requestParameters={"integration.request.path.proxy": "method.request.path.proxy"}), {
    **defaults, "type": "HTTP_PROXY", "httpMethod": "ANY", "uri": "https://a.example/{proxy}/${stageVariables.v}", "connectionType": "INTERNET",
    "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"}})
want(client.get_integration(**at), http)
function = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations"
want(client.put_integration(**at, type="AWS_PROXY", integrationHttpMethod="POST", uri=function, timeoutInMillis=50, contentHandling="CONVERT_TO_TEXT"), {
    **defaults, "type": "AWS_PROXY", "httpMethod": "POST", "uri": function, "timeoutInMillis": 50, "contentHandling": "CONVERT_TO_TEXT"})

put = lambda **more: dict(call=client.put_integration, **{**at, "integrationHttpMethod": "POST", **more})
bad("Invalid HTTP endpoint specified for URI", **put(type="HTTP"))
bad("Invalid HTTP endpoint specified for URI", **put(type="HTTP_PROXY", uri="arn:aws:x"))
bad("Invalid HTTP endpoint specified for URI", **put(type="HTTP_PROXY", uri="something"))
bad("Invalid ARN specified in the request", **put(type="AWS_PROXY", uri="https://a.example"))
bad("Invalid ARN specified in the request", **put(type="AWS", uri="wrong"))
bad("AWS ARN for integration must contain path or action", **put(type="AWS", uri="arn:aws:apigateway:us-east-1:sqs:x/1"))
bad("Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    **put(type="AWS_PROXY", uri="arn:aws:apigateway:us-east-1:sqs:path/1/q"))
bad("Enumeration value for HttpMethod must be non-empty", client.put_integration, **at, type="HTTP", uri="https://a.example")
bad("Role ARN must be specified for AWS integrations", **put(type="AWS", uri="arn:aws:apigateway:us-east-1:sqs:path/1/q"))
refused("AccessDeniedException", "Cross-account pass role is not allowed.", **put(type="AWS", uri="arn:aws:apigateway:us-east-1:sqs:path/1/q", credentials="arn:aws:iam::123456789012:role/r"))
bad("Timeout should be between 50 ms and 29000 ms", **put(type="MOCK", timeoutInMillis=49))
bad("Timeout should be between 50 ms and 29000 ms", **put(type="MOCK", timeoutInMillis=29001))
refused("ValidationException", "1 validation error detected: Value 'X' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set: "
        "[HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]", **put(type="X"))
mapping = "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression "
bad(mapping + "parameter specified: method.request.path.other]", **put(type="HTTP_PROXY", uri="https://a.example", requestParameters={"integration.request.path.x": "method.request.path.other"}))
bad(mapping + "specified: plain]", **put(type="HTTP_PROXY", uri="https://a.example", requestParameters={"integration.request.path.x": "plain"}))
missing("Invalid Resource identifier specified", **put(type="MOCK", restApiId="nope"))
missing("Invalid Resource identifier specified", **put(type="MOCK", resourceId="nope"))
missing("Invalid Method identifier specified", **put(type="MOCK", httpMethod="PUT"))

client.put_integration(**at, type="HTTP", integrationHttpMethod="POST", uri="https://a.example")
change = lambda op, path, value=None: dict(call=client.update_integration, **at, patchOperations=patch(op, path, value))
update = lambda op, path, value=None: body(client.update_integration(**at, patchOperations=patch(op, path, value)))
want(update("replace", "/uri", "https://b.example")["uri"], "https://b.example")
want(update("add", "/requestTemplates/application~1json", "x")["requestTemplates"], {"application/json": "x"})
want(update("replace", "/timeoutInMillis", "5000")["timeoutInMillis"], 5000)
want(update("add", "/cacheKeyParameters/method.request.path.proxy")["cacheKeyParameters"], ["method.request.path.proxy"])
want(update("replace", "/tlsConfig/insecureSkipVerification", "true")["tlsConfig"], {"insecureSkipVerification": True})
bad("Invalid HTTP endpoint specified for URI", **change("replace", "/uri", "nope"))
bad("Invalid patch path /wrong", **change("replace", "/wrong", "x"))

# Responses.
unknown = "Invalid Response status code specified"
missing(unknown, client.put_integration_response, **at, statusCode="200")
client.put_method_response(**at, statusCode="200", responseParameters={"method.response.header.h": False})
answer = {"statusCode": "200", "selectionPattern": "2\\d\\d", "responseParameters": {"method.response.header.h": "'x'"}, "responseTemplates": {"application/json": None}}
want(status(client.put_integration_response(**at, statusCode="200", selectionPattern="2\\d\\d", responseParameters=answer["responseParameters"], responseTemplates={"application/json": ""}), 201), answer)
want(client.get_integration_response(**at, statusCode="200"), answer)
want(client.get_integration(**at)["integrationResponses"], {"200": answer})
respond = lambda **more: dict(call=client.put_integration_response, **{**at, "statusCode": "200", **more})
bad("Validation Result: warnings : [], errors : [Invalid content type specified: 123]", **respond(responseTemplates={"123": "x"}))
refused("SerializationException", "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String", **respond(responseTemplates={"application/json": 1}))
bad(mapping + "parameter specified: method.response.header.z]", **respond(responseParameters={"method.response.header.z": "'x'"}))
bad(mapping + "specified: true]", **respond(responseParameters={"method.response.header.h": "true"}))
refused("SerializationException", "class java.lang.Boolean can not be converted to an String", **respond(responseParameters={"method.response.header.h": True}))
missing("Invalid Method identifier specified", client.get_integration_response, **{**at, "httpMethod": "PUT"}, statusCode="200")
missing("Invalid Integration identifier specified", client.delete_integration_response, **{**at, "httpMethod": "PUT"}, statusCode="200")
missing(unknown, client.get_integration_response, **at, statusCode="404")
want(client.update_integration_response(**at, statusCode="200", patchOperations=patch("replace", "/responseTemplates/application~1json", "t") + patch("remove", "/selectionPattern")), {
    "statusCode": "200", "responseParameters": {"method.response.header.h": "'x'"}, "responseTemplates": {"application/json": "t"}})
missing(unknown, client.update_integration_response, **at, statusCode="404", patchOperations=[])
status(client.delete_integration_response(**at, statusCode="200"), 204)
missing(unknown, client.delete_integration_response, **at, statusCode="200")
status(client.delete_integration(**at), 204)
missing("Invalid Integration identifier specified", client.delete_integration, **at)
missing("Invalid Integration identifier specified", **respond())
done()

import datetime as dates

from aws import *

# The account.
want(client.get_account(), {"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}, "features": ["UsagePlans"], "apiKeyVersion": "4"})
role = "arn:aws:iam::000000000000:role/logs"
want(client.update_account(patchOperations=patch("replace", "/cloudwatchRoleArn", role))["cloudwatchRoleArn"], role)
want(client.get_account()["cloudwatchRoleArn"], role)
bad("The role ARN is not well formed", client.update_account, patchOperations=patch("replace", "/cloudwatchRoleArn", "x"))

# Client certificates.
made = want(status(client.generate_client_certificate(description="d", tags={"a": "b"}), 201), {
    "clientCertificateId": ID, "description": "d", "pemEncodedCertificate": Any(str), "createdDate": TIME, "expirationDate": TIME, "tags": {"a": "b"}})
assert made["pemEncodedCertificate"].startswith("-----BEGIN CERTIFICATE-----\n"), made
want(made["expirationDate"] - made["createdDate"], dates.timedelta(days=365))
certificate = {"clientCertificateId": made["clientCertificateId"]}
want(client.get_client_certificate(**certificate), made)
want(client.update_client_certificate(**certificate, patchOperations=patch("replace", "/description", "n"))["description"], "n")
want(len(pages("get_client_certificates", size=1)), 1)
missing("Invalid Client Certificate identifier specified", client.get_client_certificate, clientCertificateId="nope")
one, root = api()
client.put_method(restApiId=one, resourceId=root, httpMethod="GET", authorizationType="NONE")
client.put_integration(restApiId=one, resourceId=root, httpMethod="GET", type="MOCK")
client.create_deployment(restApiId=one, stageName="dev")
stage = dict(restApiId=one, stageName="dev")
want(client.update_stage(**stage, patchOperations=patch("replace", "/clientCertificateId", made["clientCertificateId"]))["clientCertificateId"], made["clientCertificateId"])
bad("Invalid Client Certificate identifier specified", client.update_stage, **stage, patchOperations=patch("replace", "/clientCertificateId", "nope"))
bad(f"Client certificate {made['clientCertificateId']} is still in use by stage dev of API {one}", client.delete_client_certificate, **certificate)
client.update_stage(**stage, patchOperations=patch("remove", "/clientCertificateId"))
status(client.delete_client_certificate(**certificate), 202)
missing("Invalid Client Certificate identifier specified", client.delete_client_certificate, **certificate)

# VPC links.
arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/1"
made = want(status(client.create_vpc_link(name="l", targetArns=[arn], description="d", tags={"a": "b"}), 202), {
    "id": ID, "name": "l", "description": "d", "targetArns": [arn], "status": "PENDING", "tags": {"a": "b"}})
link = {"vpcLinkId": made["id"]}
want(client.get_vpc_link(**link), {**made, "status": "AVAILABLE", "statusMessage": "Your vpc link is ready for use"})
bad("Invalid ARN. ARN is not well formed invalid-arn", client.create_vpc_link, name="x", targetArns=["invalid-arn"])
bad("Name cannot be empty", client.create_vpc_link, name="", targetArns=[arn])
missing("Invalid Vpc Link identifier specified", client.get_vpc_link, vpcLinkId="nope")
want(client.update_vpc_link(**link, patchOperations=patch("replace", "/name", "n"))["name"], "n")
bad("Name cannot be empty", client.update_vpc_link, **link, patchOperations=patch("replace", "/name", ""))
want(len(pages("get_vpc_links", size=1)), 1)
client.put_integration(restApiId=one, resourceId=root, httpMethod="GET", type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://a.example", connectionType="VPC_LINK", connectionId=made["id"])
bad(f"Cannot delete vpc link. Vpc link '{made['id']}', is referenced in [GET:{root}] in format of [Method:Resource].", client.delete_vpc_link, **link)
client.delete_integration(restApiId=one, resourceId=root, httpMethod="GET")
status(client.delete_vpc_link(**link), 202)
missing("Invalid Vpc Link identifier specified", client.delete_vpc_link, **link)

# Domain names and their mappings.
acm = "arn:aws:acm:us-east-1:000000000000:certificate/c"
domain = want(status(client.create_domain_name(domainName="a.example.com", regionalCertificateArn=acm, endpointConfiguration={"types": ["REGIONAL"]}, tags={"a": "b"}), 201), {
    "domainName": "a.example.com", "regionalCertificateArn": acm, "regionalDomainName": Any(str), "regionalHostedZoneId": "Z1UJRXOUMOOFQ8",
    "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"}, "domainNameStatus": "AVAILABLE", "securityPolicy": "TLS_1_2",
    "routingMode": "BASE_PATH_MAPPING_ONLY", "tags": {"a": "b"}})
name = {"domainName": "a.example.com"}
want(client.get_domain_name(**name), domain)
bad("The domain name you provided already exists.", client.create_domain_name, **name, regionalCertificateArn=acm)
missing("Invalid domain name identifier specified", client.get_domain_name, domainName="b.example.com")
want(client.update_domain_name(**name, patchOperations=patch("replace", "/securityPolicy", "TLS_1_0"))["securityPolicy"], "TLS_1_0")
want(client.update_domain_name(**name, patchOperations=patch("replace", "/securityPolicy", "TLS_1_2") + patch("replace", "/mutualTlsAuthentication/truststoreUri", "s3://b/k"))["mutualTlsAuthentication"], {"truststoreUri": "s3://b/k"})
private = client.create_domain_name(domainName="p.example.com", certificateArn=acm, endpointConfiguration={"types": ["PRIVATE"]})
want(private["domainNameArn"], f"arn:aws:apigateway:us-east-1:000000000000:/domainnames/p.example.com+{private['domainNameId']}")
want(client.get_domain_name(domainName="p.example.com", domainNameId=private["domainNameId"]), body(private))
want(len(pages("get_domain_names", size=1)), 2)
want(client.get_domain_names(resourceOwner="OTHER_ACCOUNTS")["items"], [])

want(status(client.create_base_path_mapping(**name, restApiId=one, basePath="v1", stage="dev"), 201), {"basePath": "v1", "restApiId": one, "stage": "dev"})
want(client.create_base_path_mapping(**name, restApiId=one), {"basePath": "(none)", "restApiId": one})
conflict("Base path already exists for this domain name", client.create_base_path_mapping, **name, restApiId=one, basePath="v1")
bad("Invalid REST API identifier specified", client.create_base_path_mapping, **name, restApiId="nope", basePath="x")
bad("Invalid stage identifier specified", client.create_base_path_mapping, **name, restApiId=one, basePath="x", stage="nope")
bad("API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
    client.create_base_path_mapping, **name, restApiId=one, basePath="a/b")
missing("Invalid domain name identifier specified", client.create_base_path_mapping, domainName="b.example.com", restApiId=one)
want(client.get_base_path_mapping(**name, basePath="(none)"), {"basePath": "(none)", "restApiId": one})
want([m["basePath"] for m in pages("get_base_path_mappings", size=1, **name)], ["(none)", "v1"])
missing("Invalid base path mapping identifier specified", client.get_base_path_mapping, **name, basePath="v2")
bad(f"Deleting RestApi {one} failed. Please remove all base path mappings related to the RestApi in your domains: a.example.com, a.example.com", client.delete_rest_api, restApiId=one)
bad("Deleting stage failed. Please remove all base path mappings related to the stage in your domains: a.example.com", client.delete_stage, **stage)
want(client.update_base_path_mapping(**name, basePath="v1", patchOperations=patch("replace", "/basePath", "v2") + patch("replace", "/stage", "")), {"basePath": "v2", "restApiId": one})
missing("Invalid base path mapping identifier specified", client.get_base_path_mapping, **name, basePath="v1")
conflict("Base path already exists for this domain name", client.update_base_path_mapping, **name, basePath="v2", patchOperations=patch("replace", "/basePath", "(none)"))
status(client.delete_base_path_mapping(**name, basePath="v2"), 202)
missing("Invalid base path mapping identifier specified", client.delete_base_path_mapping, **name, basePath="v2")

access = want(status(client.create_domain_name_access_association(domainNameArn=private["domainNameArn"], accessAssociationSourceType="VPCE", accessAssociationSource="vpce-1"), 201), {
    "domainNameAccessAssociationArn": Any(str), "domainNameArn": private["domainNameArn"], "accessAssociationSourceType": "VPCE", "accessAssociationSource": "vpce-1"})
want(client.get_domain_name_access_associations()["items"], [access])
status(client.delete_domain_name_access_association(domainNameAccessAssociationArn=access["domainNameAccessAssociationArn"]), 202)
client.create_domain_name_access_association(domainNameArn=private["domainNameArn"], accessAssociationSourceType="VPCE", accessAssociationSource="vpce-1")
status(client.reject_domain_name_access_association(domainNameAccessAssociationArn=access["domainNameAccessAssociationArn"], domainNameArn=private["domainNameArn"]), 202)
want(client.get_domain_name_access_associations()["items"], [])
status(client.delete_domain_name(**name), 202)
missing("Invalid domain name identifier specified", client.get_base_path_mappings, **name)
client.delete_domain_name(domainName="p.example.com", domainNameId=private["domainNameId"])
want(client.get_domain_names()["items"], [])

# Tags of everything that has them.
plan = client.create_usage_plan(name="p", tags={"old": "1"})
key = client.create_api_key(name="k")
client.put_integration(restApiId=one, resourceId=root, httpMethod="GET", type="MOCK")
for path in (f"/restapis/{one}", f"/restapis/{one}/stages/dev", f"/usageplans/{plan['id']}", f"/apikeys/{key['id']}"):
    arn = "arn:aws:apigateway:us-east-1::" + path
    status(client.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"}), 204)
    status(client.untag_resource(resourceArn=arn, tagKeys=["a", "old"]), 204)
    want(client.get_tags(resourceArn=arn), {"tags": {"b": "2"}})
want(client.get_rest_api(restApiId=one)["tags"], {"b": "2"})
missing("Invalid API identifier specified 000000000000:nope", client.get_tags, resourceArn="arn:aws:apigateway:us-east-1::/restapis/nope")

# Usage.
want(client.get_usage(usagePlanId=plan["id"], startDate="2026-01-01", endDate="2026-01-02"), {"usagePlanId": plan["id"], "startDate": "2026-01-01", "endDate": "2026-01-02", "items": {}})
client.update_usage_plan(usagePlanId=plan["id"], patchOperations=patch("add", "/quota/limit", "10") + patch("add", "/quota/period", "DAY"))
client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
today = dates.datetime.now(dates.timezone.utc).strftime("%Y-%m-%d")
want(client.get_usage(usagePlanId=plan["id"], startDate=today, endDate=today)["items"], {key["id"]: [[0, 10]]})
want(client.update_usage(usagePlanId=plan["id"], keyId=key["id"], patchOperations=patch("replace", "/remaining", "3"))["items"], {key["id"]: [[0, 3]]})
want(client.get_usage(usagePlanId=plan["id"], keyId=key["id"], startDate=today, endDate=today)["items"], {key["id"]: [[0, 3]]})
bad("Invalid start date specified, expected format: YYYY-MM-DD", client.get_usage, usagePlanId=plan["id"], startDate="x", endDate=today)
client.delete_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"])
client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
want(client.get_usage(usagePlanId=plan["id"], startDate=today, endDate=today)["items"], {key["id"]: [[0, 10]]})

# API key files.
value = "i" * 20
rows = f'Name,key,description,enabled,usageplanIds\none,{value},d,TRUE,{plan["id"]}\ntwo,,,false,\nthree,{value},,,\nfour,short,,,\nfive,,,,nope\n'
warnings = ["Line 4: API Key already exists", "Line 5: API Key value should be at least 20 characters", "Line 6: Invalid Usage Plan ID specified: nope"]
bad("Warnings found during import:\n\t" + "\n\t".join(warnings), client.import_api_keys, body=rows, format="csv", failOnWarnings=True)
made = want(status(client.import_api_keys(body=rows, format="csv"), 201), {"ids": [LONG_ID, LONG_ID], "warnings": warnings})
want([k["id"] for k in client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]], [key["id"], made["ids"][0]])
got = client.get_api_key(apiKey=made["ids"][0], includeValue=True)
want((got["name"], got["value"], got["enabled"], got["description"]), ("one", value, True, "d"))

# SDK types, and what is not there.
want([t["id"] for t in client.get_sdk_types()["items"]], ["java", "javascript", "android", "objectivec", "swift", "ruby"])
want(client.get_sdk_type(id="javascript")["friendlyName"], "JavaScript")
status(client.flush_stage_cache(**stage), 202)
status(client.flush_stage_authorizers_cache(**stage), 202)
missing("Invalid stage identifier specified", client.flush_stage_cache, restApiId=one, stageName="nope")
refused("NotImplementedException", "TestInvokeAuthorizer is not implemented by Sluice yet.", client.test_invoke_authorizer, restApiId=one, authorizerId="x")
done()

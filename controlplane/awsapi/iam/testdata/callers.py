"""Makes users, groups, roles, keys, policies and certificates as boto3 does, and
calls as they: who may what, in whose account, and AWS's answer to who may not."""
import datetime
import json
import sys
import urllib.parse

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

url, root_key, other_key = sys.argv[1:]
config = Config(retries={"max_attempts": 1})


def client(service, key=None, secret=None, token=None):
    return boto3.client(service, endpoint_url=url, config=config, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)


def want(got, expected, what):
    assert got == expected, f"{what}: got {got!r}, want {expected!r}"


def refused(code, text, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        want(error.response["Error"]["Code"], code, arguments)
        assert text in error.response["Error"]["Message"], error
        return
    raise AssertionError(f"{arguments} was not refused")


def statement(effect, action, resource):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": resource}]})


iam = client("iam")

# Users and their keys.
user = iam.create_user(UserName="ada", Path="/dev/", Tags=[{"Key": "team", "Value": "a"}])["User"]
want(user["Arn"], "arn:aws:iam::000000000000:user/dev/ada", "ARN")
want(user["Tags"], [{"Key": "team", "Value": "a"}], "tags")
assert user["UserId"].startswith("AIDA") and len(user["UserId"]) == 21, user
refused("EntityAlreadyExists", "User with name ada already exists.", iam.create_user, UserName="ada")
refused("NoSuchEntity", "The user with name nobody cannot be found.", iam.get_user, UserName="nobody")
key = iam.create_access_key(UserName="ada")["AccessKey"]
want(len(key["SecretAccessKey"]), 40, "secret")
iam.create_access_key(UserName="ada")
refused("LimitExceeded", "AccessKeysPerUser: 2", iam.create_access_key, UserName="ada")
ada = (key["AccessKeyId"], key["SecretAccessKey"])
want(client("sts", *ada).get_caller_identity()["Arn"], user["Arn"], "caller")

# No policy, no leave; then an inline policy, an attached one, a group's.
denied = "is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/restapis/{} because no identity-based policy allows"
gateway = client("apigateway", *ada)
refused("AccessDeniedException", denied.format("abc"), gateway.get_rest_api, restApiId="abc")
refused("MalformedPolicyDocument", "Syntax errors in policy.", iam.put_user_policy, UserName="ada", PolicyName="p", PolicyDocument="{}")
document = statement("Allow", "apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis/abc")
iam.put_user_policy(UserName="ada", PolicyName="one-api", PolicyDocument=document)
want(iam.get_user_policy(UserName="ada", PolicyName="one-api")["PolicyDocument"], json.loads(document), "document")
want(iam.list_user_policies(UserName="ada")["PolicyNames"], ["one-api"], "inline policies")
want(gateway.get_rest_api(restApiId="abc")["id"], "abc", "allowed")
refused("AccessDeniedException", denied.format("abd"), gateway.get_rest_api, restApiId="abd")

policy = iam.create_policy(PolicyName="all-apis", PolicyDocument=statement("Allow", "apigateway:*", "*"), Description="d")["Policy"]
want(policy["Arn"], "arn:aws:iam::000000000000:policy/all-apis", "ARN")
iam.attach_user_policy(UserName="ada", PolicyArn=policy["Arn"])
want(gateway.get_rest_api(restApiId="abd")["id"], "abd", "allowed by an attached policy")
want(iam.get_policy(PolicyArn=policy["Arn"])["Policy"]["AttachmentCount"], 1, "attachments")
want([one["UserName"] for one in iam.list_entities_for_policy(PolicyArn=policy["Arn"])["PolicyUsers"]], ["ada"], "entities")
refused("DeleteConflict", "attached to entities", iam.delete_policy, PolicyArn=policy["Arn"])
version = iam.create_policy_version(PolicyArn=policy["Arn"], PolicyDocument=statement("Deny", "apigateway:*", "*/restapis/abd"), SetAsDefault=True)["PolicyVersion"]
want(version["VersionId"], "v2", "version")
refused("AccessDeniedException", "with an explicit deny in an identity-based policy", gateway.get_rest_api, restApiId="abd")
want(gateway.get_rest_api(restApiId="abc")["id"], "abc", "the other policy still allows")
iam.set_default_policy_version(PolicyArn=policy["Arn"], VersionId="v1")
refused("DeleteConflict", "default version", iam.delete_policy_version, PolicyArn=policy["Arn"], VersionId="v1")
iam.delete_policy_version(PolicyArn=policy["Arn"], VersionId="v2")
want([one["VersionId"] for one in iam.list_policy_versions(PolicyArn=policy["Arn"])["Versions"]], ["v1"], "versions")
iam.detach_user_policy(UserName="ada", PolicyArn=policy["Arn"])
iam.delete_policy(PolicyArn=policy["Arn"])
refused("NoSuchEntity", "does not exist or is not attachable", iam.attach_user_policy, UserName="ada", PolicyArn=policy["Arn"])

iam.create_group(GroupName="admins")
iam.attach_group_policy(GroupName="admins", PolicyArn="arn:aws:iam::aws:policy/AmazonAPIGatewayAdministrator")
iam.add_user_to_group(GroupName="admins", UserName="ada")
want([one["UserName"] for one in iam.get_group(GroupName="admins")["Users"]], ["ada"], "members")
want([one["GroupName"] for one in iam.list_groups_for_user(UserName="ada")["Groups"]], ["admins"], "groups")
want(gateway.get_rest_api(restApiId="xyz")["id"], "xyz", "allowed by a group")
refused("DeleteConflict", "remove users from group", iam.delete_group, GroupName="admins")
refused("AccessDenied", "is not authorized to perform: iam:ListUsers", client("iam", *ada).list_users)

# Lists in pages.
for number in range(5):
    iam.create_user(UserName=f"user{number}")
want([one["UserName"] for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2}) for one in page["Users"]],
     ["ada"] + [f"user{number}" for number in range(5)], "pages")

# Roles: who is trusted, by name or by account, and for how long.
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": user["Arn"]}, "Action": "sts:AssumeRole",
                                                  "Condition": {"StringEquals": {"sts:ExternalId": "magic"}}}]}
role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
want(role["AssumeRolePolicyDocument"], trust, "trust")
iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=statement("Allow", "apigateway:GET", "*/restapis/abc"))
sts = client("sts", *ada)
refused("AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: " + role["Arn"], sts.assume_role, RoleArn=role["Arn"], RoleSessionName="s0")
refused("AccessDenied", "sts:AssumeRole", sts.assume_role, RoleArn=role["Arn"] + "x", RoleSessionName="s0")
assumed = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="s1", ExternalId="magic")
want(assumed["AssumedRoleUser"]["Arn"], "arn:aws:sts::000000000000:assumed-role/reader/s1", "session")
held = assumed["Credentials"]
session = (held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"])
want(client("sts", *session).get_caller_identity()["Arn"], assumed["AssumedRoleUser"]["Arn"], "session's caller")
want(client("apigateway", *session).get_rest_api(restApiId="abc")["id"], "abc", "allowed by the role")
refused("AccessDeniedException", "assumed-role/reader/s1 is not authorized", client("apigateway", *session).get_rest_api, restApiId="abd")
refused("UnrecognizedClientException", "security token", client("apigateway", session[0], session[1], session[2][:-8] + "AAAAAAA=").get_rest_api, restApiId="abc")
refused("UnrecognizedClientException", "security token", client("apigateway", session[0], session[1]).get_rest_api, restApiId="abc")
refused("ValidationError", "exceeds the MaxSessionDuration", sts.assume_role, RoleArn=role["Arn"], RoleSessionName="s1", ExternalId="magic", DurationSeconds=7200)
iam.update_assume_role_policy(RoleName="reader", PolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "sts:AssumeRole"}]}))
refused("AccessDenied", "sts:AssumeRole", sts.assume_role, RoleArn=role["Arn"], RoleSessionName="s1")
iam.put_user_policy(UserName="ada", PolicyName="assume", PolicyDocument=statement("Allow", "sts:AssumeRole", role["Arn"]))
sts.assume_role(RoleArn=role["Arn"], RoleSessionName="s1")
own = sts.get_session_token()["Credentials"]
want(client("apigateway", own["AccessKeyId"], own["SecretAccessKey"], own["SessionToken"]).get_rest_api(restApiId="xyz")["id"], "xyz", "own session")
iam.delete_role_policy(RoleName="reader", PolicyName="p")
iam.delete_role(RoleName="reader")
refused("UnrecognizedClientException", "security token", client("apigateway", *session).get_rest_api, restApiId="abc")

# Certificates.
private = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.example.com")])
now = datetime.datetime.now(datetime.timezone.utc)
certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=9))
               .add_extension(x509.SubjectAlternativeName([x509.DNSName("api.example.com"), x509.DNSName("*.api.example.com")]), False).sign(private, hashes.SHA256()))
pem = certificate.public_bytes(serialization.Encoding.PEM)


def private_pem(of):
    return of.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())


acm = client("acm")
refused("ValidationException", "does not match", acm.import_certificate, Certificate=pem, PrivateKey=private_pem(ec.generate_private_key(ec.SECP256R1())))
refused("ValidationException", "certificate", acm.import_certificate, Certificate=b"hello", PrivateKey=b"hello")
arn = acm.import_certificate(Certificate=pem, PrivateKey=private_pem(private), Tags=[{"Key": "a", "Value": "b"}])["CertificateArn"]
shown = acm.describe_certificate(CertificateArn=arn)["Certificate"]
want((shown["DomainName"], shown["SubjectAlternativeNames"], shown["Status"], shown["Type"], shown["KeyAlgorithm"], shown["InUseBy"]),
     ("api.example.com", ["api.example.com", "*.api.example.com"], "ISSUED", "IMPORTED", "EC_prime256v1", []), "certificate")
want(acm.get_certificate(CertificateArn=arn)["Certificate"].encode(), pem, "PEM")
want(acm.import_certificate(CertificateArn=arn, Certificate=pem, PrivateKey=private_pem(private))["CertificateArn"], arn, "import again")
want(acm.list_tags_for_certificate(CertificateArn=arn)["Tags"], [{"Key": "a", "Value": "b"}], "tags")
want([one["CertificateArn"] for page in acm.get_paginator("list_certificates").paginate() for one in page["CertificateSummaryList"]], [arn], "list")
refused("AccessDeniedException", "is not authorized to perform: acm:ListCertificates", client("acm", *ada).list_certificates)

# Another account sees nothing of all that.
stranger = (other_key, __import__("os").environ["AWS_SECRET_ACCESS_KEY"])
want(client("sts", *stranger).get_caller_identity()["Account"], "111111111111", "account")
want(client("iam", *stranger).list_users()["Users"], [], "the other account's users")
want(client("acm", *stranger).list_certificates()["CertificateSummaryList"], [], "the other account's certificates")
refused("ResourceNotFoundException", "Could not find certificate", client("acm", *stranger).describe_certificate, CertificateArn=arn)
acm.delete_certificate(CertificateArn=arn)
refused("ResourceNotFoundException", "Could not find certificate", acm.describe_certificate, CertificateArn=arn)

# A key that is made inactive, and a user that is taken apart.
iam.update_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"], Status="Inactive")
refused("UnrecognizedClientException", "security token", gateway.get_rest_api, restApiId="abc")
want([one["Status"] for one in iam.list_access_keys(UserName="ada")["AccessKeyMetadata"]], ["Inactive", "Active"], "keys")
refused("DeleteConflict", "remove users from group", iam.delete_user, UserName="ada")
iam.remove_user_from_group(GroupName="admins", UserName="ada")
refused("DeleteConflict", "delete access keys", iam.delete_user, UserName="ada")
for one in iam.list_access_keys(UserName="ada")["AccessKeyMetadata"]:
    iam.delete_access_key(UserName="ada", AccessKeyId=one["AccessKeyId"])
refused("DeleteConflict", "must delete policies first", iam.delete_user, UserName="ada")
for one in iam.list_user_policies(UserName="ada")["PolicyNames"]:
    iam.delete_user_policy(UserName="ada", PolicyName=one)
iam.delete_user(UserName="ada")
refused("NoSuchEntity", "cannot be found", iam.get_user, UserName="ada")
print("all as AWS")

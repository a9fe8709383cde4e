from aws import *

one, root = api()
want(client.get_resources(restApiId=one)["items"], [{"id": root, "path": "/"}])
pets = want(status(client.create_resource(restApiId=one, parentId=root, pathPart="pets"), 201), {"id": ID, "parentId": root, "pathPart": "pets", "path": "/pets"})
pet = client.create_resource(restApiId=one, parentId=pets["id"], pathPart="{pet}")
want(pet["path"], "/pets/{pet}")
want(client.get_resource(restApiId=one, resourceId=pets["id"]), pets)
unknown = "Invalid Resource identifier specified"
missing(unknown, client.create_resource, restApiId=one, parentId="nope", pathPart="x")
missing(unknown, client.create_resource, restApiId="nope", parentId=root, pathPart="x")
missing(unknown, client.get_resource, restApiId="nope", resourceId=root)
missing(unknown, client.get_resource, restApiId=one, resourceId="nope")
missing(unknown, client.delete_resource, restApiId=one, resourceId="nope")
conflict("Another resource with the same parent already has this name: pets", client.create_resource, restApiId=one, parentId=root, pathPart="pets")
proxy = client.create_resource(restApiId=one, parentId=root, pathPart="{proxy+}")
bad("A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
    client.create_resource, restApiId=one, parentId=root, pathPart="{other}")
bad("Cannot create a child of a resource with a greedy path variable: {proxy+}", client.create_resource, restApiId=one, parentId=proxy["id"], pathPart="x")
for part in ("a/b", "a b", "{x", "x{y}", "{+}", ""):
    bad("Resource's path part only allow a-zA-Z0-9._- and curly braces at the beginning and the end and an optional plus sign before the closing brace.",
        client.create_resource, restApiId=one, parentId=root, pathPart=part)

update = lambda path, value, op="replace", resource=pets["id"]: client.update_resource(restApiId=one, resourceId=resource, patchOperations=patch(op, path, value))
change = lambda path, value, op="replace", resource=pets["id"]: dict(call=client.update_resource, restApiId=one, resourceId=resource, patchOperations=patch(op, path, value))
want(status(update("/pathPart", "dogs"), 200), {**pets, "pathPart": "dogs", "path": "/dogs"})
want(client.get_resource(restApiId=one, resourceId=pet["id"])["path"], "/dogs/{pet}")
cats = client.create_resource(restApiId=one, parentId=root, pathPart="cats")
want(update("/parentId", cats["id"])["path"], "/cats/dogs")
want(client.get_resource(restApiId=one, resourceId=pet["id"])["path"], "/cats/dogs/{pet}")
bad("Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]", **change("/invalid", "x"))
bad("Invalid patch path  '/pathPart' specified for op 'add'. Please choose supported operations", **change("/pathPart", "x", "add"))
bad("Invalid patch path  '/pathPart' specified for op 'remove'. Please choose supported operations", **change("/pathPart", None, "remove"))
bad("Resources cannot be cyclical.", **change("/parentId", pet["id"]))
bad("Resources cannot be cyclical.", **change("/parentId", pets["id"]))
bad("Root resource cannot update its pathPart.", **change("/pathPart", "x", resource=root))
bad("Root resource cannot update its parentId.", **change("/parentId", cats["id"], resource=root))
missing(unknown, **change("/parentId", "nope"))
conflict("Another resource with the same parent already has this name: cats", **change("/pathPart", "cats", resource=client.create_resource(restApiId=one, parentId=root, pathPart="more")["id"]))

client.put_method(restApiId=one, resourceId=pets["id"], httpMethod="GET", authorizationType="NONE")
want(client.get_resource(restApiId=one, resourceId=pets["id"])["resourceMethods"], {"GET": {}})
embedded = {"GET": {"httpMethod": "GET", "authorizationType": "NONE", "apiKeyRequired": False}}
want(client.get_resource(restApiId=one, resourceId=pets["id"], embed=["methods"])["resourceMethods"], embedded)
want([r.get("resourceMethods") for r in client.get_resources(restApiId=one, embed=["methods"])["items"] if r["id"] == pets["id"]], [embedded])
want(len(pages("get_resources", restApiId=one)), 6)
want(len(client.get_resources(restApiId=one, limit=500)["items"]), 6)

status(client.delete_resource(restApiId=one, resourceId=cats["id"]), 202)
want(sorted(r["path"] for r in client.get_resources(restApiId=one)["items"]), ["/", "/more", "/{proxy+}"])
missing(unknown, client.get_resource, restApiId=one, resourceId=pet["id"])
missing("Invalid API identifier specified 000000000000:nope", client.get_resources, restApiId="nope")
done()

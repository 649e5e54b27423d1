"""Everything that is in an account, as one JSON object by kind: asked with boto3, so not with the tool's own eyes.

Each line on standard input asks once: it names the kinds that are wanted, or none for all. The endpoint, region and
credentials come from the environment. Objects are sorted by name; what says nothing about the
tool (dates, request ids) is left out. A kind that the server does not know at all is listed under "unavailable", the
rest is never guessed: any other error ends the program.
"""

import functools
import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"}, ignore_configured_endpoint_urls=False)
UNKNOWN_CALL = {404, 501}


@functools.cache
def client(service):
    return boto3.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=CONFIG)


def pages(service, call, key, **arguments):
    """All items of a listing call, whether or not the SDK knows how to page it."""
    source = client(service)
    if source.can_paginate(call):
        for page in source.get_paginator(call).paginate(**arguments):
            yield from page.get(key) or []
    else:
        yield from getattr(source, call)(**arguments).get(key) or []


def tag_map(tags):
    """Tags come as {name: value}, or as a list of {"Key", "Value"}."""
    if isinstance(tags, dict):
        return tags
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def missing_is(default, call, **arguments):
    """The answer of a call that says 404 where there is nothing."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return default
        raise


def roles():
    iam = client("iam")
    for role in pages("iam", "list_roles", "Roles"):
        name = role["RoleName"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        inline = {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        }
        yield {
            "name": name,
            "path": role["Path"],
            "trust": iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"],
            "tags": tag_map(iam.list_role_tags(RoleName=name)["Tags"]),
            "managed_policies": sorted(policy["PolicyArn"] for policy in attached),
            "inline_policies": inline,
        }


def functions():
    source = client("lambda")
    for function in pages("lambda", "list_functions", "Functions"):
        name = function["FunctionName"]
        whole = source.get_function(FunctionName=name)
        yield {
            "name": name,
            "arn": function["FunctionArn"],
            "runtime": function.get("Runtime"),
            "handler": function.get("Handler"),
            "role": function["Role"],
            "timeout": function["Timeout"],
            "memory": function["MemorySize"],
            "code_sha256": whole["Configuration"]["CodeSha256"],
            "environment": function.get("Environment", {}).get("Variables", {}),
            "layers": [layer["Arn"] for layer in function.get("Layers") or []],
            "tags": whole.get("Tags", {}),
        }


def permissions():
    source = client("lambda")
    for function in pages("lambda", "list_functions", "Functions"):
        name = function["FunctionName"]
        policy = missing_is(None, source.get_policy, FunctionName=name)
        for statement in json.loads(policy["Policy"])["Statement"] if policy else []:
            yield {"name": f"{name}/{statement['Sid']}", "function": name, **statement}


def layers():
    for layer in pages("lambda", "list_layers", "Layers"):
        yield {"name": layer["LayerName"], "arn": layer["LayerArn"]}


def rules():
    for rule in pages("events", "list_rules", "Rules"):
        targets = client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]
        yield {
            "name": rule["Name"],
            "schedule": rule.get("ScheduleExpression"),
            "state": rule["State"],
            "targets": [target["Arn"] for target in targets],
        }


def event_source_mappings():
    for mapping in pages("lambda", "list_event_source_mappings", "EventSourceMappings"):
        if mapping.get("State") != "Deleting":
            yield {"name": mapping["UUID"], "function": mapping["FunctionArn"], "source": mapping["EventSourceArn"]}


def rest_apis():
    source = client("apigateway")
    for api in pages("apigateway", "get_rest_apis", "items"):
        arguments = {"restApiId": api["id"]}
        stages = source.get_stages(**arguments)["item"]
        yield {
            "name": api["name"],
            "id": api["id"],
            "tags": api.get("tags") or {},
            "paths": sorted(
                f"{method} {resource['path']}"
                for resource in pages("apigateway", "get_resources", "items", embed=["methods"], **arguments)
                for method in resource.get("resourceMethods") or {}
            ),
            "authorizers": sorted(a["name"] for a in source.get_authorizers(**arguments)["items"]),
            "stages": {stage["stageName"]: stage.get("deploymentId") for stage in stages},
            "deployments": sorted(d["id"] for d in pages("apigateway", "get_deployments", "items", **arguments)),
        }


def log_groups():
    source = client("logs")
    for group in pages("logs", "describe_log_groups", "logGroups"):
        arn = group["arn"].removesuffix(":*")
        yield {
            "name": group["logGroupName"],
            "retention_days": group.get("retentionInDays"),
            "tags": source.list_tags_for_resource(resourceArn=arn)["tags"],
        }


def buckets():
    source = client("s3")
    for bucket in source.list_buckets().get("Buckets") or []:
        name = bucket["Name"]
        versions = list(pages("s3", "list_object_versions", "Versions", Bucket=name))
        yield {
            "name": name,
            "objects": sorted(o["Key"] for o in pages("s3", "list_objects_v2", "Contents", Bucket=name)),
            "versions": len(versions) + len(list(pages("s3", "list_object_versions", "DeleteMarkers", Bucket=name))),
        }


def stack_buckets():
    """The buckets of stacks: all but those that keep zips and ledgers."""
    return (bucket for bucket in buckets() if not bucket["name"].startswith("gatewright-"))


def tables():
    for name in pages("dynamodb", "list_tables", "TableNames"):
        yield {"name": name}


def dns_records():
    """Every record but those that a zone has from the start."""
    for zone in pages("route53", "list_hosted_zones", "HostedZones"):
        for record in pages("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]):
            if record["Type"] not in ("NS", "SOA"):
                yield {"name": f"{record['Name']} {record['Type']}"}


def user_pool_clients():
    source = client("cognito-idp")
    for pool in pages("cognito-idp", "list_user_pools", "UserPools", MaxResults=60):
        for of in pages("cognito-idp", "list_user_pool_clients", "UserPoolClients", UserPoolId=pool["Id"], MaxResults=60):
            yield {"name": of["ClientName"], "id": of["ClientId"], "pool": pool["Name"]}


def named(service, call, items, name, **arguments):
    """A reader for kinds of which the name is enough."""
    return lambda: ({"name": item[name] if name else item} for item in pages(service, call, items, **arguments))


KINDS = {
    "roles": roles,
    "functions": functions,
    "permissions": permissions,
    "layers": layers,
    "rules": rules,
    "event_source_mappings": event_source_mappings,
    "rest_apis": rest_apis,
    "usage_plans": named("apigateway", "get_usage_plans", "items", "name"),
    "api_keys": named("apigateway", "get_api_keys", "items", "name"),
    "domain_names": named("apigateway", "get_domain_names", "items", "domainName"),
    "dns_records": dns_records,
    "log_groups": log_groups,
    "buckets": buckets,
    "stack_buckets": stack_buckets,
    "tables": tables,
    # The listing of version 1 does not show identities made by version 2 on every emulator.
    "identities": named("sesv2", "list_email_identities", "EmailIdentities", "IdentityName"),
    "identity_pools": named(
        "cognito-identity", "list_identity_pools", "IdentityPools", "IdentityPoolName", MaxResults=60
    ),
    "user_pools": named("cognito-idp", "list_user_pools", "UserPools", "Name", MaxResults=60),
    "user_pool_clients": user_pool_clients,
}
MAY_BE_UNAVAILABLE = {"layers", "rules", "event_source_mappings", "usage_plans", "api_keys", "domain_names", "dns_records", "tables", "identities", "identity_pools", "user_pools", "user_pool_clients"}


def inventory(kinds):
    found, unavailable = {}, []
    for kind in kinds or KINDS:
        try:
            found[kind] = sorted(KINDS[kind](), key=lambda item: item["name"])
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if kind not in MAY_BE_UNAVAILABLE or status not in UNKNOWN_CALL:
                raise
            unavailable.append(kind)
    return {**found, "unavailable": unavailable}


def main():
    for line in sys.stdin:
        print(json.dumps(inventory(line.split()), default=str), flush=True)


if __name__ == "__main__":
    main()

"""Loaded by Python as moto starts, for what it answers otherwise than AWS.

The root element of an answer to GetBucketVersioning is `VersioningConfiguration`; moto calls it `GetBucketVersioningResponse` and,
while versioning was never changed, leaves it empty. An SDK that checks the root refuses the answer.

A DNS record is there already when there is one of its name and type. moto asks whether it was ever created with the same content,
and whether any record follows in the zone: a record that was created, deleted and created again is refused, and one that is there
with another content is created beside it.

A domain name to which no API was ever mapped has no mappings; moto answers 500 when it is asked for them.
"""

import importlib.abc
import importlib.machinery
import sys


class Mended(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name not in MENDED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        run = spec.loader.exec_module

        def run_and_mend(module):
            run(module)
            MENDED[name](module)

        spec.loader.exec_module = run_and_mend
        return spec


def mend_s3(module):
    own = module.S3Response.get_bucket_versioning

    def get_bucket_versioning(self):
        status, headers, body = own(self)
        text = body.decode() if isinstance(body, bytes) else body
        return status, headers, text.replace("GetBucketVersioningResponse", "VersioningConfiguration")

    module.S3Response.get_bucket_versioning = get_bucket_versioning


def mend_route53(module):
    own = module.Route53Backend.change_resource_record_sets

    def same(record, name, kind, identifier):
        return (record.name.strip("."), record.type, record.set_identifier) == (name, kind, identifier)

    def change_resource_record_sets(self, zoneid, change_list):
        zone = self.get_hosted_zone(zoneid)
        for change in (change for change in change_list if change["Action"] == "CREATE"):
            asked = change["ResourceRecordSet"]
            name, kind, identifier = asked["Name"].strip("."), asked["Type"], asked.get("SetIdentifier")
            if any(same(record, name, kind, identifier) for record in zone.rrsets):
                raise module.ResourceRecordAlreadyExists(name=f"{name}.", _type=kind)
            while change in zone.rr_changes:
                zone.rr_changes.remove(change)
        return own(self, zoneid, change_list)

    module.Route53Backend.change_resource_record_sets = change_resource_record_sets


def mend_apigateway(module):
    own = module.APIGatewayBackend.get_base_path_mappings

    def get_base_path_mappings(self, domain_name):
        if domain_name in self.domain_names:
            self.base_path_mappings.setdefault(domain_name, {})
        return own(self, domain_name)

    module.APIGatewayBackend.get_base_path_mappings = get_base_path_mappings


MENDED = {
    "moto.apigateway.models": mend_apigateway,
    "moto.route53.models": mend_route53,
    "moto.s3.responses": mend_s3,
}
sys.meta_path.insert(0, Mended())

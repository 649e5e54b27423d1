"""Loaded by Python as moto starts: its answer to GetBucketVersioning has a root element that AWS's has not.

AWS calls it `VersioningConfiguration` and writes the status into it; moto calls it `GetBucketVersioningResponse` and, while
versioning was never changed, leaves it empty. An SDK that checks the root refuses the answer.
"""

import importlib.abc
import importlib.machinery
import sys

NAME = "moto.s3.responses"


class Mended(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != NAME:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        run = spec.loader.exec_module

        def run_and_mend(module):
            run(module)
            mend(module)

        spec.loader.exec_module = run_and_mend
        return spec


def mend(module):
    own = module.S3Response.get_bucket_versioning

    def get_bucket_versioning(self):
        status, headers, body = own(self)
        text = body.decode() if isinstance(body, bytes) else body
        return status, headers, text.replace("GetBucketVersioningResponse", "VersioningConfiguration")

    module.S3Response.get_bucket_versioning = get_bucket_versioning


sys.meta_path.insert(0, Mended())

"""Loaded by Python as MiniStack starts, for what it does not know.

Where it asks IAM about SES's SendEmail it names no resource; AWS names the sender's identity ("Actions, resources, and condition keys
for Amazon Simple Email Service v2").

Two calls of Cognito's identity pools are missing. A developer provider logs people in by GetOpenIdTokenForDeveloperIdentity and finds them again by LookupDeveloperIdentity. MiniStack
takes the token that the first answers (GetCredentialsForIdentity), but has neither call. Identities stay in the pool that it keeps.
"""

import importlib.abc
import importlib.machinery
import sys
import time

COGNITO_MODULE = "ministack.services.cognito"
IAM_MODULE = "ministack.core.iam_actions"
COGNITO = "cognito-identity.amazonaws.com"
USUAL_LIFE_SECONDS = 15 * 60


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


def mend_iam(iam):
    own = iam._ses_v2_resource_arn

    def resource_arn(method, path, body, region, account_id):
        found = own(method, path, body, region, account_id)
        sender = iam._safe_json_field(body, "FromEmailAddress")
        if found != "*" or not sender or not path.endswith("/outbound-emails"):
            return found
        return f"arn:aws:ses:{region}:{account_id}:identity/{sender}"

    iam._ses_v2_resource_arn = resource_arn


def mend_cognito(cognito):
    own = cognito._dispatch_identity

    def refusal(code, message):
        return cognito.error_response_json(code, message, 400)

    def pool_of(data):
        return cognito._identity_pools.get(data.get("IdentityPoolId"))

    def identity_of(pool, name):
        """The identity of a name that the developer gave; made where there is none."""
        named = pool.setdefault("_developer", {})
        if name not in named:
            now = cognito._now_epoch()
            named[name] = cognito._identity_id(pool["IdentityPoolId"])
            made = {"IdentityId": named[name], "Logins": {}, "CreationDate": now, "LastModifiedDate": now}
            pool["_identities"][named[name]] = made
        return pool["_identities"][named[name]]

    def open_id_token(data):
        pool = pool_of(data)
        if pool is None:
            return refusal("ResourceNotFoundException", f"IdentityPool '{data.get('IdentityPoolId')}' not found.")
        provider = pool.get("DeveloperProviderName")
        name = (data.get("Logins") or {}).get(provider)
        if not provider or not name:
            return refusal("InvalidParameterException", "Please provide a valid developer provider")
        identity = identity_of(pool, name)
        now = int(time.time())
        claims = {
            "sub": identity["IdentityId"],
            "aud": pool["IdentityPoolId"],
            "amr": ["authenticated", provider, f"{provider}:{pool['IdentityPoolId']}:{name}"],
            "iss": f"https://{COGNITO}",
            "iat": now,
            "exp": now + (data.get("TokenDuration") or USUAL_LIFE_SECONDS),
        }
        token = cognito._signed_jwt(claims)
        identity["Logins"] = {COGNITO: token}
        return cognito.json_response({"IdentityId": identity["IdentityId"], "Token": token})

    def lookup(data):
        pool = pool_of(data)
        if pool is None:
            return refusal("ResourceNotFoundException", f"IdentityPool '{data.get('IdentityPoolId')}' not found.")
        asked = data.get("IdentityId"), data.get("DeveloperUserIdentifier")
        named = pool.get("_developer", {}).items()
        found = [(name, identity) for name, identity in named if identity == asked[0] or name == asked[1]]
        if not found:
            return refusal("ResourceNotFoundException", f"Identity '{asked[0]}' not found.")
        names = [name for name, _ in found]
        return cognito.json_response({"IdentityId": found[0][1], "DeveloperUserIdentifierList": names})

    mended = {"GetOpenIdTokenForDeveloperIdentity": open_id_token, "LookupDeveloperIdentity": lookup}

    async def dispatch(action, data):
        if action in mended:
            return mended[action](data)
        return await own(action, data)

    cognito._dispatch_identity = dispatch


MENDED = {COGNITO_MODULE: mend_cognito, IAM_MODULE: mend_iam}
sys.meta_path.insert(0, Mended())

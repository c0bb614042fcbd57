"""ModelArts' own refusals.

In doubt, and so ours to choose: the provider documents no code for a specification that does not exist, for a free
one outside real-time services (both ModelArts.0101 here), for changing a paid service to a free one (ModelArts.0105
here), or for a frozen account at services (the training jobs' ModelArts.2837 here).
"""

from __future__ import annotations

from sandbox.cloud.wire import Refusal

_CODES = {
    "invalid": (400, "0101", "Invalid parameter"),
    "not_allowed": (400, "0105", "The operation is not allowed"),
    "agency_failed": (400, "0421", "Failed to create the agency"),
    "users_failed": (400, "0422", "Failed to query the users"),
    "statement": (400, "0423", "The service statement has not been agreed to"),
    "authorized": (400, "0424", "The authorization already exists"),
    "not_authorized": (400, "0429", "The authorization does not exist"),
    "agency_exists": (400, "3818", "The agency already exists"),
    "no_agency": (400, "6376", "The agency does not exist"),
    "no_user": (400, "6377", "The user id is missing or wrong"),
    "no_agency_name": (400, "6378", "The agency name is missing"),
    "no_agency_configured": (400, "6379", "No agency is configured"),
    "agency_lacks": (403, "0112", "The agency is not authorized"),
    "no_service": (404, "3502", "The service does not exist"),
    "service_exists": (409, "3503", "The service name already exists"),
    "no_model": (404, "3507", "The model does not exist"),
    "publishing": (400, "3515", "The model is being published"),
    "model_exists": (400, "3516", "The model name and version already exist"),
    "state": (400, "3519", "The service cannot be updated in its present state"),
    "services": (400, "3520", "The number of services exceeds the limit"),
    "models": (400, "3578", "The number of models exceeds the quota"),
    "free_services": (400, "3856", "The number of services that use the free specification exceeds the limit"),
    "free_nodes": (400, "3857", "The number of instances of the free specification exceeds the limit"),
    "no_capacity": (400, "3976", "Resources of the specification are insufficient"),
}
MODEL_IN_USE = "ModelArts.3009"

FAULTS = {
    "arrears": (400, "ModelArts.2837", "The account is restricted or frozen"),
    "not_real_name": (403, "ModelArts.0108", "The account has not completed real-name authentication"),
    "forbidden": (403, "ModelArts.0107", "The user does not have the permission"),
    "quota": (400, "ModelArts.3520", "The number of services exceeds the limit"),
    "server_error": (500, "ModelArts.3501", "The service met an internal error"),
}


# What the same faults are called at operations of authorizations.
AUTHORIZATION_FAULTS = {
    "create_model_arts_agency": {
        "quota": (400, "ModelArts.0421", "Failed to create the agency: its quota is used up"),
        "forbidden": (403, "ModelArts.0112", "Policy doesn't allow iam:agencies:create to be performed."),
        "server_error": (500, "ModelArts.0421", "Failed to create the agency"),
    },
    "create_authorization": {
        "forbidden": (400, "ModelArts.2804", "You have no permission to authorize all IAM users"),
        "server_error": (500, "ModelArts.0425", "Failed to add the authorization"),
    },
    "get_authorizations": {"server_error": (500, "ModelArts.0427", "Failed to get the authorizations")},
    "delete_authorizations": {"server_error": (500, "ModelArts.0426", "Failed to delete the authorization")},
}


def refuse(name: str, detail: str = "") -> Refusal:
    """Build the refusal of this name, with a detail after its message."""
    status, number, message = _CODES[name]
    return Refusal(status, f"ModelArts.{number}", f"{message}: {detail}" if detail else f"{message}.")
